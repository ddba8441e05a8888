-- Functions that models and views share. Instants are UTC; `time_zone`, `currency`, `as_of`, ... are variables of the
-- connection: unset ones are null, and a null right shows nothing.
CREATE OR REPLACE MACRO local_date(moment) AS CAST(wall_clock(moment, CAST(getvariable('time_zone') AS VARCHAR)) AS DATE);
CREATE OR REPLACE MACRO local_midnight(day) AS first_passing(CAST(day AS TIMESTAMP), CAST(getvariable('time_zone') AS VARCHAR));
-- An amount in the reporting currency, rounded half to even; null where no rate is known.
CREATE OR REPLACE MACRO to_reporting(amount, rate) AS
  converted(CAST(amount AS DECIMAL(18,4)), CAST(rate AS DECIMAL(18,9)), CAST(getvariable('currency_decimals') AS INTEGER));
-- The same in another currency in which numbers are shown, of so many decimals.
CREATE OR REPLACE MACRO in_shown(amount, rate, decimals) AS
  converted(CAST(amount AS DECIMAL(18,4)), CAST(rate AS DECIMAL(18,9)), CAST(decimals AS INTEGER));
CREATE OR REPLACE MACRO is_visible(team_id) AS
  coalesce(getvariable('sees_all_rows'), FALSE) OR coalesce(list_contains(getvariable('team_ids'), team_id), FALSE);
-- A join that only asks whose a row is falls away for who sees all rows: with this in its condition.
CREATE OR REPLACE MACRO is_restricted() AS NOT coalesce(getvariable('sees_all_rows'), FALSE);
-- A calendar of business days has, for the days from its first to its last one and the day after it, how long each is and
-- how much the days before it differ from those of the week; days are counted from a Monday long ago.
CREATE OR REPLACE MACRO calendar_ms_before(day) AS
  coalesce(CAST(getvariable('calendar_before_ms') AS BIGINT[])[
    least(greatest(day - CAST(getvariable('calendar_first_day') AS BIGINT) + 1, 0), len(CAST(getvariable('calendar_before_ms') AS BIGINT[])))], 0);
CREATE OR REPLACE MACRO working_ms_of_day(day) AS
  coalesce(
    CASE WHEN day >= CAST(getvariable('calendar_first_day') AS BIGINT)
         THEN CAST(getvariable('calendar_day_ms') AS BIGINT[])[day - CAST(getvariable('calendar_first_day') AS BIGINT) + 1] END,
    CAST(getvariable('working_days_on') AS BIGINT[])[day % 7 + 1] * CAST(getvariable('working_day_ms') AS BIGINT));
-- Milliseconds of working time up to a moment, counted from a Monday long ago: whole weeks, whole days of this week, what
-- holidays take off and working Saturdays add, and of today what lies within the hours, by the wall clock of the reporting
-- zone.
CREATE OR REPLACE MACRO working_ms_of_clock(clock_ms) AS
  ((clock_ms // 604800000) * CAST(getvariable('working_days') AS BIGINT)
    + CAST(getvariable('working_days_before') AS BIGINT[])[(clock_ms // 86400000) % 7 + 1]) * CAST(getvariable('working_day_ms') AS BIGINT)
  + calendar_ms_before(clock_ms // 86400000)
  + least(greatest(clock_ms % 86400000 - CAST(getvariable('working_begins_ms') AS BIGINT), 0), working_ms_of_day(clock_ms // 86400000));
CREATE OR REPLACE MACRO working_ms(moment) AS
  working_ms_of_clock(epoch_us(wall_clock(moment, CAST(getvariable('time_zone') AS VARCHAR))) // 1000 - 345600000);
-- Between two moments; elapsed time where no working hours are set.
CREATE OR REPLACE MACRO working_ms_between(began, ended) AS
  CASE WHEN getvariable('working_day_ms') IS NULL THEN (epoch_us(ended) - epoch_us(began)) // 1000
       ELSE working_ms(ended) - working_ms(began) END;
-- Deals of a pipeline that is for something else (hiring, purchases) are no sales.
CREATE OR REPLACE MACRO sells_nothing(pipeline) AS
  CASE WHEN list_contains(CAST(getvariable('non_sales_pipelines') AS VARCHAR[]), pipeline) THEN TRUE END;
-- The end of a time that has none. An OR in the condition of an outer join keeps the store from hashing it: every row is
-- then compared with every other.
CREATE OR REPLACE MACRO open_ended(valid_to) AS coalesce(valid_to, TIMESTAMP 'infinity');
-- When a ticket was answered: the source's own word, else what its comments tell.
CREATE OR REPLACE MACRO answered_at(said, from_comments) AS
  CASE WHEN coalesce(said, from_comments) <= getvariable('as_of') THEN coalesce(said, from_comments) END;
-- When a ticket was solved: the source's own word, unless the ticket was opened again since; else when it last came to
-- stand solved.
CREATE OR REPLACE MACRO solved_moment(said, status, stands_solved, standing_since) AS
  CASE WHEN said <= getvariable('as_of')
         AND (NOT stands_solved AND standing_since > said
              OR lower(status) IN ('new', 'open', 'pending', 'hold') AND stands_solved IS DISTINCT FROM TRUE) THEN NULL
       WHEN said <= getvariable('as_of') THEN said
       WHEN stands_solved THEN standing_since END;
-- The number of a telephone within a house: no number that can be called from outside is so short.
CREATE OR REPLACE MACRO is_extension(number) AS coalesce(regexp_full_match(number, '[0-9]{2,5}'), FALSE);
-- Which way a call went, in the words of exports; other words stay as they are, and none is NULL.
CREATE OR REPLACE MACRO call_direction(said) AS
  CASE WHEN lower(trim(said)) IN ('in', 'inbound', 'incoming', 'входящий', 'входящие', 'входящее') THEN 'in'
       WHEN lower(trim(said)) IN ('out', 'outbound', 'outgoing', 'исходящий', 'исходящие', 'исходящее') THEN 'out'
       ELSE nullif(lower(trim(said)), '') END;
-- Observations that are what a person decided about a record, and no source said (src/sources/corrections.h).
CREATE OR REPLACE MACRO is_correction(observation) AS observation >= 9000000000000000000;
-- A value that a person took away is a word of its own while the newest word of a field is sought, so that no older value
-- comes in its place. `fields` names what was taken away of a record, as the table rec.emptied lists it: ',phone,email,'.
CREATE OR REPLACE MACRO is_emptied(fields, field) AS coalesce(strpos(fields, ',' || field || ',') > 0, FALSE);
CREATE OR REPLACE MACRO text_or_emptied(fields, field, cell) AS CASE WHEN is_emptied(fields, field) THEN chr(1) ELSE cell END;
CREATE OR REPLACE MACRO unless_emptied(cell) AS nullif(cell, chr(1));
CREATE OR REPLACE MACRO personal(cell) AS CASE WHEN getvariable('sees_personal_data') THEN cell END;
-- What payments settled is paid, though its source calls it open, or paid later; what is paid later than the moment asked
-- for is open yet, and so is what nobody says is paid.
CREATE OR REPLACE MACRO invoice_status(status, paid_at, settled_at) AS
  CASE WHEN settled_at IS NOT NULL AND coalesce(status, 'open') IN ('open', 'paid') THEN 'paid'
       WHEN status = 'paid' AND paid_at > getvariable('as_of') THEN 'open'
       ELSE coalesce(status, CASE WHEN paid_at <= getvariable('as_of') THEN 'paid' ELSE 'open' END) END;
-- The source's own word, or what payments say if that is more; what is only said to be paid is paid in full, what is open not
-- at all. Of what is paid later than the moment asked for the source's word is of that later moment.
CREATE OR REPLACE MACRO amount_paid_of(status, paid_at, said, found, total) AS
  CASE WHEN paid_at > getvariable('as_of') THEN coalesce(found, CAST(0 AS DECIMAL(18,4)))
       ELSE coalesce(greatest(said, found), CASE WHEN status = 'paid' OR status IS NULL AND paid_at IS NOT NULL THEN total
                                                 WHEN coalesce(status, 'open') = 'open' THEN CAST(0 AS DECIMAL(18,4)) END) END;
CREATE OR REPLACE MACRO amount_due_of(said, status, paid_at, said_paid, found, total) AS
  CASE WHEN said IS NULL OR found IS NOT NULL OR paid_at > getvariable('as_of')
       THEN greatest(total - amount_paid_of(status, paid_at, said_paid, found, total), CAST(0 AS DECIMAL(18,4))) ELSE said END;
-- What a subscription's status says, whatever billing calls it: `paying`; `trial`; `off` (paid before, not now); `never` (not
-- yet, or never paid); `over`; null where its dates alone tell.
CREATE OR REPLACE MACRO subscription_standing(status) AS
  CASE WHEN lower(trim(status)) IN ('active', 'past_due', 'past due', 'overdue', 'non_renewing', 'live', 'current', 'активна', 'активная') THEN 'paying'
       WHEN lower(trim(status)) IN ('trialing', 'trial', 'in_trial', 'пробный период') THEN 'trial'
       WHEN lower(trim(status)) IN ('paused', 'unpaid', 'on_hold', 'on hold', 'suspended', 'приостановлена') THEN 'off'
       WHEN lower(trim(status)) IN ('incomplete', 'incomplete_expired', 'future', 'pending', 'draft') THEN 'never'
       WHEN lower(trim(status)) IN ('canceled', 'cancelled', 'expired', 'ended', 'churned', 'terminated', 'inactive', 'отменена', 'завершена') THEN 'over' END;
-- A price is paid `billing_periods` times in `billing_months` months: null where the word is not known, a month where none
-- is said.
CREATE OR REPLACE MACRO billing_months(every) AS
  CASE WHEN coalesce(trim(every), '') = '' OR lower(trim(every)) IN ('month', 'months', 'monthly', 'mo', 'месяц') THEN 1
       WHEN lower(trim(every)) IN ('quarter', 'quarters', 'quarterly', 'квартал') THEN 3
       WHEN lower(trim(every)) IN ('half_year', 'half-year', 'semiannual', 'semi-annual', 'полугодие') THEN 6
       WHEN lower(trim(every)) IN ('year', 'years', 'yearly', 'annual', 'annually', 'год') THEN 12
       WHEN lower(trim(every)) IN ('week', 'weeks', 'weekly', 'неделя', 'day', 'days', 'daily', 'день') THEN 12 END;
CREATE OR REPLACE MACRO billing_periods(every) AS
  CASE WHEN lower(trim(every)) IN ('week', 'weeks', 'weekly', 'неделя') THEN 52
       WHEN lower(trim(every)) IN ('day', 'days', 'daily', 'день') THEN 365
       WHEN billing_months(every) IS NOT NULL THEN 1 END;
-- The same day a year later: the first whose day a year before is this one or later.
CREATE OR REPLACE MACRO year_after(day) AS
  CASE WHEN CAST(CAST(day + INTERVAL 12 MONTH AS DATE) - INTERVAL 12 MONTH AS DATE) < day
       THEN CAST(day + INTERVAL 12 MONTH AS DATE) + 1 ELSE CAST(day + INTERVAL 12 MONTH AS DATE) END;
-- Three quarters of the best score and more is satisfied; where the best one is not said, the scale is of 5, 10 or 100.
CREATE OR REPLACE MACRO is_satisfied(kind, score, best) AS
  CASE WHEN kind = 'csat' THEN score * 4 >= 3 * coalesce(best, CASE WHEN score <= 5 THEN 5 WHEN score <= 10 THEN 10 ELSE 100 END) END;
CREATE OR REPLACE MACRO nps_points(kind, score) AS
  CASE WHEN kind = 'nps' AND score IS NOT NULL THEN CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END END;
CREATE OR REPLACE MACRO size_band(employees) AS
  CASE WHEN employees IS NULL THEN NULL WHEN employees < 50 THEN '1-49' WHEN employees < 250 THEN '50-249'
       WHEN employees < 1000 THEN '250-999' ELSE '1000+' END;
-- A small number made of an id: equal ids have equal numbers. Rows of facts lie in the order of the number of whom they
-- belong to, so that what is known of one record is read from a few blocks; ids themselves begin alike, and the store
-- remembers only the first eight bytes of the least and the greatest text of a block.
CREATE OR REPLACE MACRO slot_of(id) AS CAST(md5_number_lower(id) % 16777216 AS INTEGER);
-- How words are compared in the search: without case, accents and the difference of е and ё.
CREATE OR REPLACE MACRO folded(words) AS
  replace(replace(replace(translate(lower(strip_accents(CAST(words AS VARCHAR))), 'łøđħı', 'lodhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
-- Folded, letters and digits only: how ids, numbers, addresses and phones are compared.
CREATE OR REPLACE MACRO squeezed(words) AS regexp_replace(folded(words), '[^\p{L}\p{N}]+', '', 'g');
-- The number of a thing that the search finds, of 52 bits: of some millions no two have the same, but for a very odd chance.
CREATE OR REPLACE MACRO search_number(kind, id) AS CAST(md5_number_lower(kind || ':' || id) // 4096 AS BIGINT);
-- A number of a word that keeps the order of words: by kind, then length, then letters, of which it holds the first six bytes.
-- Words that begin alike, as long as each other, may have one number. The longest are of one length.
CREATE OR REPLACE MACRO search_length(word) AS least(length(word), 63);
CREATE OR REPLACE MACRO search_order(kind, is_personal, word) AS
  ((list_position(['account', 'person', 'deal', 'lead', 'ticket', 'invoice'], kind) * 2
    + CASE WHEN is_personal THEN 1 ELSE 0 END) * 64 + search_length(word)) * 281474976710656
  + CAST('0x' || rpad(left(hex(encode(word)), 12), 12, '0') AS BIGINT);
-- How a record is known where it has no id: its name without case, accents and punctuation. The same as NameKey of
-- base/text.h for Latin, Cyrillic and Greek names.
CREATE OR REPLACE MACRO name_key(name) AS
  nullif(coalesce(plain_name_key(CAST(name AS VARCHAR)), trim(regexp_replace(regexp_replace(
    replace(replace(lower(strip_accents(CAST(name AS VARCHAR))), 'ß', 'ss'), 'ς', 'σ'),
    '\p{M}', '', 'g'), '[^\p{L}\p{Nd}]+', ' ', 'g'))), '');
-- How tax ids are compared, however they are written.
CREATE OR REPLACE MACRO tax_digits(tax_id) AS nullif(regexp_replace(tax_id, '[^0-9]', '', 'g'), '');
-- How companies are compared by name: the name key without the legal form and without what stands in brackets; of a name
-- that is nothing else, the whole.
CREATE OR REPLACE MACRO company_key(name) AS
  coalesce(nullif(trim(regexp_replace(regexp_replace(
    '  ' || replace(coalesce(name_key(replace(regexp_replace(name, '\([^)]*\)', ' ', 'g'), '.', '')), ''), ' ', '  ') || '  ',
    ' (ооо|оао|зао|пао|ао|нао|ип|тоо|inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|ug|se|sa|sas|'
      || 'sarl|bv|nv|spa|srl|sl|slu|oy|oyj|ab|as|a  s|asa|aps|kft|sro|pty|sp  z  oo) ',
    ' ', 'g'), ' +', ' ', 'g')), ''), name_key(name));
-- What a field is called in our words, whatever its source calls it: of a history of edits.
CREATE OR REPLACE MACRO field_word(name) AS
  CASE regexp_replace(lower(name), '[^\p{L}\p{N}]+', '', 'g')
    WHEN 'numberofemployees' THEN 'employees' WHEN 'annualrevenue' THEN 'annual_revenue' WHEN 'jobtitle' THEN 'title'
    WHEN 'mobilephone' THEN 'mobile' WHEN 'phonenumber' THEN 'phone' WHEN 'emailaddress' THEN 'email'
    WHEN 'billingcountry' THEN 'country' WHEN 'billingcity' THEN 'city' WHEN 'firstname' THEN 'first_name'
    WHEN 'lastname' THEN 'last_name' WHEN 'ownerid' THEN 'owner' WHEN 'hubspotownerid' THEN 'owner'
    WHEN 'hsleadstatus' THEN 'status' WHEN 'leadstatus' THEN 'status' WHEN 'statusid' THEN 'status'
    WHEN 'hspipelinestage' THEN 'status' WHEN 'dealstage' THEN 'stage' WHEN 'stagename' THEN 'stage'
    WHEN 'closedate' THEN 'close_date' WHEN 'leadsource' THEN 'lead_source' WHEN 'hsticketpriority' THEN 'priority'
    WHEN 'assigneeid' THEN 'owner'
    WHEN 'телефон' THEN 'phone' WHEN 'почта' THEN 'email' WHEN 'электроннаяпочта' THEN 'email' WHEN 'сайт' THEN 'website'
    WHEN 'должность' THEN 'title' WHEN 'отрасль' THEN 'industry' WHEN 'страна' THEN 'country' WHEN 'город' THEN 'city'
    ELSE regexp_replace(lower(trim(name)), '[^\p{L}\p{N}]+', '_', 'g') END;
-- A field that holds an address or a number of somebody, of whatever record: those of a company are often a person's own.
CREATE OR REPLACE MACRO holds_contact(field) AS regexp_matches(field, 'phone|mobile|fax|e_?mail|телефон|мобильн|факс|почт[аы]');
-- What a source's history says, as far as the caller may see it: of people, leads and tickets all is personal, of the others
-- addresses and numbers are.
CREATE OR REPLACE MACRO written_value(entity, field, said) AS
  CASE WHEN entity IN ('account', 'deal', 'subscription') AND NOT holds_contact(field) THEN said ELSE personal(said) END;
-- A number that can be called from anywhere, however it is spaced.
CREATE OR REPLACE MACRO is_international_number(said) AS
  regexp_full_match(regexp_replace(said, '[\s().\-/\x{00A0}]+', '', 'g'), '\+[1-9][0-9]{7,14}');
CREATE OR REPLACE MACRO is_mail_address(said) AS
  regexp_full_match(trim(said), '[^@\s,;<>"]+@[^@\s,;<>".]+(\.[^@\s,;<>".]+)*\.\p{L}{2,}');
-- A word that stands where a value should.
CREATE OR REPLACE MACRO is_filler(said) AS
  regexp_full_match(lower(trim(said)), '[\s.\-_?*]*|n/?a|none|null|unknown|tbd|test|тест|x{2,}|asdf+|qwerty|нет|неизвестно|не указано|не указан')
  OR regexp_full_match(trim(said), '0{3,}|1{4,}|9{6,}|123456[0-9]*');
-- Whether a field says nothing, or nothing that can be used.
CREATE OR REPLACE MACRO is_unfit(field, said) AS
  coalesce(CASE WHEN said IS NULL OR is_filler(said) THEN TRUE
                WHEN field IN ('phone', 'mobile') THEN NOT is_international_number(said)
                WHEN field = 'email' THEN NOT is_mail_address(said)
                WHEN field IN ('website', 'domain') THEN NOT regexp_matches(trim(said), '^[^@\s]+\.\p{L}{2,}')
                WHEN field IN ('employees', 'annual_revenue') THEN coalesce(TRY_CAST(said AS DECIMAL(18,4)) <= 0, FALSE)
                ELSE FALSE END, TRUE);
-- By which way a value was written: the source's own word for it, else who wrote it, by his name.
CREATE OR REPLACE MACRO writing_way(via, is_known, writer) AS
  CASE WHEN regexp_matches(lower(via), 'import|migration|csv|upload') THEN 'import'
       WHEN regexp_matches(lower(via), 'workflow|automation|bpm|robot|calculated|assignment|trigger') THEN 'automation'
       WHEN regexp_matches(lower(via), 'form|landing|chat|widget') THEN 'form'
       WHEN regexp_matches(lower(via), 'integration|sync|salesforce|connector|zapier|webhook') THEN 'integration'
       WHEN regexp_matches(lower(via), '\bapi\b|rest') THEN 'api'
       WHEN regexp_matches(lower(via), 'crm_ui|mobile|\bui\b|\bapp\b|\bweb\b|user|person') THEN 'person'
       WHEN regexp_matches(lower(writer), '\b(data ?loader|imports?|migration)\b|импорт') THEN 'import'
       WHEN regexp_matches(lower(writer), 'integrat|\bsync|zapier|webhook|connector|интеграц|синхрон') THEN 'integration'
       WHEN regexp_matches(lower(writer), '\bapi\b') THEN 'api'
       WHEN regexp_matches(lower(writer), 'automat|workflow|\bbot\b|робот|\bsystem\b') THEN 'automation'
       WHEN is_known THEN 'person' ELSE 'unknown' END;
-- Letters that were read in the wrong encoding: what UTF-8 looks like in Windows-1252 and in Windows-1251.
CREATE OR REPLACE MACRO is_garbled(said) AS
  regexp_matches(said, '\x{FFFD}|[\x{00C2}-\x{00C5}\x{00D0}\x{00D1}][\x{0080}-\x{00BF}\x{0152}\x{0153}\x{0160}\x{0161}\x{0178}\x{017D}\x{017E}'
    || '\x{0192}\x{02C6}\x{02DC}\x{2013}-\x{203A}\x{20AC}\x{2122}]|[\x{0420}\x{0421}][\x{0403}\x{2018}-\x{203A}\x{00B0}-\x{00BF}\x{0452}\x{0453}]'
    || '[\x{0420}\x{0421}]');
-- All in capitals, or all in small letters.
CREATE OR REPLACE MACRO is_badly_cased(said) AS
  regexp_matches(said, '\p{L}{3}') AND (said = upper(said) OR said = lower(said)) AND upper(said) <> lower(said);
-- Names in capitals and small letters, as people write them.
CREATE OR REPLACE MACRO cased_name(said) AS
  array_to_string(list_transform(string_split(trim(said), ' '),
    lambda word: array_to_string(list_transform(string_split(word, '-'), lambda part: upper(left(part, 1)) || lower(substr(part, 2))), '-')), ' ');
-- Equal for values that are the same, however a number is spaced.
CREATE OR REPLACE MACRO value_key(field, said) AS
  md5(CASE WHEN field IN ('phone', 'mobile') THEN regexp_replace(said, '[^0-9+]+', '', 'g') ELSE trim(said) END);
