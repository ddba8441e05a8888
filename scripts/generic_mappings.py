#!/usr/bin/env python3
"""Writes the generic form: one mapping for every record table, and the page that lists its columns.

    scripts/generic_mappings.py          writes catalog/sources/generic-*.toml and docs/sources/generic.md
    scripts/generic_mappings.py --check  fails if one of them is not what models/records.toml says (part of the tests)

Headers are the names of the columns in models/records.toml, or their Russian names below.
"""

import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Titles, in both languages, and what a header must hold to be taken for this table.
TABLES = {
    "account": ("accounts", "компании",
                ["key", "name", "domain|website|email|tax_id|country|city|industry|employees|type|segment|phone|owner_key|parent_key"]),
    "person": ("people", "люди", ["key", "full_name|first_name|last_name|email", "account_key|account_name|email|phone"]),
    "account_enrichment": ("enrichment of companies", "обогащение компаний",
                           ["domain|tax_id|email", "name|legal_name|website|country|region|city|industry|employees|annual_revenue|phone|type|segment"]),
    "person_enrichment": ("enrichment of people", "обогащение людей",
                          ["email", "first_name|last_name|full_name|phone|mobile|title|country|city"]),
    "member": ("members of staff", "сотрудники", ["key", "name", "team_key|team_name|department|manager_key|manager_name|is_active"]),
    "team": ("teams", "команды", ["key", "name", "parent_key|department"]),
    "pipeline_stage": ("stages of pipelines", "этапы воронок", ["stage_key|stage", "kind", "position|probability"]),
    "product": ("products", "продукты", ["key", "name", "family|price"]),
    "price": ("prices", "цены", ["key", "unit_price", "interval|product_key"]),
    "deal": ("deals", "сделки", ["key", "stage|stage_kind", "amount|close_date|created_at|name"]),
    "deal_change": ("changes of deals", "изменения сделок",
                    ["deal_key", "at", "stage|status|amount|close_date|probability|forecast_category|owner_key|cleared"]),
    "deal_line": ("lines of deals", "позиции сделок", ["deal_key", "product_key|product_name", "quantity|amount|unit_price"]),
    "deal_contact": ("people of deals", "люди в сделках", ["deal_key", "person_key", "role|is_primary"]),
    "lead": ("leads", "лиды", ["key", "full_name|last_name|email|company", "status|source|channel|converted_at|owner_key"]),
    "consent": ("consent to messages and calls", "согласия на письма и звонки",
                ["is_out", "person_key|lead_key|email|phone"]),
    "activity": ("activities", "активности", ["kind", "at", "key|owner_key", "direction|subject|person_key|account_key|deal_key|lead_key"]),
    "message": ("messages", "сообщения", ["at", "channel|direction|thread", "author_key|member_key|person_key|account_key|deal_key|lead_key|ticket_key"]),
    "field_change": ("edits of fields", "правки полей", ["object", "record_key", "field", "at"]),
    "campaign": ("campaigns", "кампании", ["key", "name", "channel|type|start_date|budget"]),
    "spend": ("marketing spend", "расходы на маркетинг", ["day", "cost", "channel|campaign_key|campaign_name"]),
    "touch": ("marketing touches", "маркетинговые касания", ["at", "kind|channel|source", "person_key|lead_key|email|account_key"]),
    "ticket": ("tickets", "обращения", ["key", "subject|status|priority", "created_at", "account_key|person_key|owner_key"]),
    "ticket_event": ("events of tickets", "события обращений", ["ticket_key", "at", "kind"]),
    "contract": ("contracts", "договоры", ["key", "account_key", "start_date", "amount|status|end_date"]),
    "subscription": ("subscriptions", "подписки", ["key", "account_key", "started_at|status", "unit_price|quantity|interval"]),
    "subscription_item": ("items of subscriptions", "позиции подписок", ["subscription_key", "quantity|unit_price"]),
    "invoice": ("invoices", "счета", ["key|number", "account_key", "issued_at|due_date", "total|amount_due"]),
    "invoice_line": ("lines of invoices", "строки счетов", ["invoice_key", "amount", "description|quantity|product_key"]),
    "payment": ("payments", "платежи", ["at", "amount", "invoice_key|account_key|payer_tax_id", "key|status|kind"]),
    "product_usage": ("use of the product", "использование продукта", ["day", "account_key|person_key", "quantity"]),
    "survey_answer": ("answers to surveys", "ответы на опросы", ["score", "at", "kind|account_key|person_key|ticket_key"]),
    "fx_rate": ("exchange rates", "курсы валют", ["currency", "to_currency", "day", "rate"]),
    "calendar": ("calendars of business days", "календари рабочих дней", ["day", "is_business"]),
    "merge": ("merges of records", "объединения записей", ["kind", "from_key", "into_key"]),
    "tool_usage": ("use of tools", "использование инструментов", ["tool", "at", "member_key|email"]),
    "tool": ("tools", "инструменты", ["key", "name", "category|vendor", "annual_cost|department|renews_on"]),
    "licence": ("licences of tools", "лицензии инструментов", ["tool_key", "member_key", "assigned_on|revoked_on|annual_cost"]),
    "time_entry": ("time entries", "записи времени", ["member_key", "duration_s", "day|started_at"]),
    "call": ("telephone calls", "телефонные звонки", ["at", "from_number|to_number", "talk_s|wait_s|outcome"]),
    "queue_event": ("events of telephone queues", "события очередей звонков", ["call_key", "at", "kind"]),
    "training": ("trainings", "обучение", ["member_key", "course", "completed_on|assigned_on|score|due_date"]),
    "content": ("content", "материалы", ["key", "name", "kind", "uses|stage"]),
    "goal": ("goals", "цели", ["key", "name|metric", "target", "period_start|period_end"]),
    "agreement": ("agreements between departments", "договорённости отделов", ["key", "from_department", "to_department", "promised|share"]),
    "process": ("processes", "процессы", ["key", "name", "department", "reviewed_on|description"]),
    "initiative": ("initiatives", "инициативы", ["key", "name", "effort_hours|goal_key|done_on", "start_date|due_date"]),
    "forecast_submission": ("submitted forecasts", "сданные прогнозы", ["at", "category", "amount", "period_start|period_end"]),
    "link": ("links of records", "связи записей", ["kind", "record_key", "account_key|person_key|deal_key|lead_key|ticket_key"]),
}

# What makes a row the same row again where the table has no key of its own; '?' marks what a file may lack. Without it
# the whole row does.
NATURAL = {
    "account_enrichment": ["tax_id?", "domain?", "email?"],
    "person_enrichment": ["email"],
    "pipeline_stage": ["stage_key?", "stage?", "pipeline_key?", "pipeline?"],
    "deal_contact": ["deal_key", "person_key", "role?"],
    "spend": ["day", "channel?", "campaign_key?", "campaign_name?"],
    "product_usage": ["day", "account_key?", "person_key?", "feature?"],
    "fx_rate": ["currency", "to_currency", "day"],
    "merge": ["kind", "from_key"],
    "calendar": ["day", "calendar?", "country?"],
}

# Russian names of columns; of two columns of one table the first keeps a name that both would have.
RUSSIAN = {
    "key": ["Ключ"], "name": ["Название", "Наименование"], "legal_name": ["Юридическое название"], "domain": ["Домен"],
    "website": ["Сайт"], "email": ["Электронная почта", "Почта"], "tax_id": ["ИНН"], "country": ["Страна"],
    "region": ["Регион"], "city": ["Город"], "industry": ["Отрасль"], "employees": ["Сотрудников"],
    "annual_revenue": ["Годовая выручка"], "currency": ["Валюта"], "phone": ["Телефон"], "mobile": ["Мобильный телефон"],
    "type": ["Тип"], "segment": ["Сегмент"], "parent_key": ["Ключ родителя"], "owner_key": ["Ответственный"],
    "created_at": ["Создано", "Дата создания"], "modified_at": ["Изменено", "Дата изменения"],
    "account_key": ["Ключ компании"], "account_name": ["Компания"], "first_name": ["Имя"], "last_name": ["Фамилия"],
    "full_name": ["ФИО", "Полное имя"], "title": ["Должность"], "lifecycle_stage": ["Этап жизненного цикла"],
    "source": ["Источник"], "department": ["Отдел"], "team_key": ["Ключ команды"], "team_name": ["Команда"],
    "manager_key": ["Ключ руководителя"], "manager_name": ["Руководитель"], "is_active": ["Активен"],
    "started_at": ["Начато", "Дата начала"], "ended_at": ["Закончено", "Дата окончания"],
    "pipeline_key": ["Ключ воронки"], "pipeline": ["Воронка"], "stage_key": ["Ключ этапа"], "stage": ["Этап", "Стадия"],
    "position": ["Порядок"], "kind": ["Вид"], "probability": ["Вероятность"], "family": ["Семейство"], "price": ["Цена"],
    "product_key": ["Ключ продукта"], "product_name": ["Продукт"], "unit_price": ["Цена за единицу"],
    "list_price": ["Цена по прайсу"], "uplift_percent": ["Индексация, %"],
    "interval": ["Период оплаты"], "quantity": ["Количество"], "person_key": ["Ключ человека"], "lead_key": ["Ключ лида"],
    "stage_kind": ["Вид этапа"], "amount": ["Сумма", "Бюджет"], "forecast_category": ["Категория прогноза"],
    "close_date": ["Дата закрытия"], "closed_at": ["Закрыто"], "lead_source": ["Источник лида"],
    "campaign_key": ["Ключ кампании"], "loss_reason": ["Причина отказа"], "next_step": ["Следующий шаг"],
    "last_activity_at": ["Последняя активность"], "deal_key": ["Ключ сделки"], "at": ["Время", "Когда"],
    "is_out": ["Отказ"], "topic": ["Тема рассылки"], "by_key": ["Кем"], "cleared": ["Очищено"], "role": ["Роль"], "is_primary": ["Основной"], "company": ["Компания"],
    "channel": ["Канал"], "medium": ["Тип трафика"], "landing_page": ["Страница входа"], "status": ["Статус"],
    "qualified_at": ["Квалифицирован"], "converted_at": ["Конвертирован"], "first_response_at": ["Первый ответ"],
    "direction": ["Направление"], "subject": ["Тема"], "due_at": ["Срок"], "done_at": ["Выполнено"],
    "duration_s": ["Длительность, с"], "outcome": ["Результат"], "is_done": ["Сделано"], "object": ["Объект"],
    "record_key": ["Ключ записи"], "field": ["Поле"], "old_value": ["Было"], "new_value": ["Стало"],
    "start_date": ["Дата начала"], "end_date": ["Дата окончания"], "budget": ["Бюджет"],
    "campaign_name": ["Кампания"], "day": ["День", "Дата"], "cost": ["Расход", "Расходы"], "impressions": ["Показы"],
    "clicks": ["Клики"], "conversions": ["Конверсии"], "revenue": ["Выручка"], "url": ["Адрес"],
    "priority": ["Приоритет"], "category": ["Категория"], "first_reply_at": ["Первый ответ"], "solved_at": ["Решено"],
    "ticket_key": ["Ключ обращения"], "value": ["Значение"], "is_public": ["Публично"], "signed_at": ["Подписан"],
    "canceled_at": ["Отменена"], "cancel_reason": ["Причина отмены"], "subscription_key": ["Ключ подписки"],
    "invoice_key": ["Ключ счёта"], "payer": ["Плательщик"], "payer_tax_id": ["ИНН плательщика"],
    "purpose": ["Назначение платежа"], "number": ["Номер"], "issued_at": ["Выставлен", "Дата счёта"],
    "due_date": ["Оплатить до"], "paid_at": ["Оплачен"], "tax": ["Налог", "НДС"], "total": ["Итого"],
    "description": ["Описание"], "score": ["Оценка"], "comment": ["Комментарий"], "rate": ["Курс"],
    "to_currency": ["В валюту"], "tool": ["Инструмент"], "feature": ["Функция"],
    "vendor": ["Поставщик"], "annual_cost": ["Стоимость в год"], "renews_on": ["Дата продления"],
    "tool_key": ["Ключ инструмента"], "member_key": ["Ключ сотрудника"], "assigned_on": ["Дата выдачи"],
    "revoked_on": ["Дата отзыва"], "project": ["Проект"], "from_number": ["Откуда"], "to_number": ["Куда"],
    "queue": ["Очередь"], "wait_s": ["Ожидание, с"], "talk_s": ["Разговор, с"], "course": ["Курс"],
    "completed_on": ["Дата завершения"], "uses": ["Использований"], "metric": ["Показатель"],
    "period_start": ["Начало периода"], "period_end": ["Конец периода"], "target": ["План", "Цель"],
    "unit": ["Единица"], "sense": ["Лучше"], "from_department": ["Кто обещает"], "to_department": ["Кому обещает"],
    "promised": ["Обещано"], "share": ["Доля"], "reviewed_on": ["Дата проверки"], "goal_key": ["Ключ цели"],
    "done_on": ["Дата выполнения"], "effort_hours": ["Трудозатраты, ч"], "thread": ["Переписка"], "length": ["Длина"], "via": ["Каким путём"],
    "calendar": ["Календарь"], "call_key": ["Ключ звонка"], "author_key": ["Автор"], "last_day": ["Последний день"], "is_business": ["Рабочий день", "Рабочий"],
    "hours": ["Часов"],
}

TYPES = {"text": "text", "integer": "integer", "decimal": "decimal", "money": "money", "share": "share", "date": "date",
         "instant": "instant", "boolean": "boolean"}
BY_NAME = {"email": "email", "phone": "phone", "mobile": "phone", "domain": "domain", "website": "url", "url": "url",
           "landing_page": "url", "duration_s": "duration_s", "wait_s": "duration_s", "talk_s": "duration_s",
           "from_number": "phone", "to_number": "phone", "name": "name", "full_name": "name", "first_name": "name",
           "last_name": "name", "account_name": "name", "company": "name", "team_name": "name", "manager_name": "name",
           "product_name": "name", "campaign_name": "name", "legal_name": "name"}
# Words of SQL; as columns of a mapping they would have to be quoted.
RENAMED = {"at": "happened_at", "position": "place", "interval": "every", "value": "content"}


# An extension within a house is no telephone number, but tells which way a call went.
EXTENSIONS = {"from_number": "from_extension", "to_number": "to_extension"}


def column_type(name: str, record_type: str) -> str:
    if name == "key" or name.endswith("_key"):
        return "id"
    return BY_NAME.get(name, TYPES[record_type])


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def listed(texts: list[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def headers(table: dict[str, str]) -> dict[str, list[str]]:
    taken: set[str] = set()
    result = {}
    for column in table:
        russian = [name for name in RUSSIAN.get(column, []) if name not in taken]
        taken.update(russian)
        result[column] = [column, *russian]
    return result


def inside(column: str) -> str:
    return RENAMED.get(column, column)


# Names of files that people give to what they bought or looked up.
ENRICHED = {
    "account_enrichment": ["enrichment-account*", "enrichment-compan*", "*compan*enrichment*", "*account*enrichment*"],
    "person_enrichment": ["enrichment-person*", "enrichment-people*", "enrichment-contact*", "*contact*enrichment*", "*people*enrichment*"],
}


# What is bought ranks for itself, so that whose word counts can be settled.
def source_of(name: str) -> str:
    return "enrichment" if name in ENRICHED else "generic"


# A file of a mapping begins with its source.
def file_of(name: str) -> str:
    return f"enrichment-{name.split('_')[0]}" if name in ENRICHED else f"generic-{name.replace('_', '-')}"


def mapping(name: str, table: dict[str, str]) -> str:
    english, russian, require = TABLES[name]
    names = headers(table)
    lines = [
        "# Written by scripts/generic_mappings.py from models/records.toml.",
        f"source  = {quoted(source_of(name))}",
        f"object  = {quoted(name)}",
        "version = 1",
        f'title   = {{ en = "Weir form: {english}", ru = "Форма Weir: {russian}" }}',
        'extent  = "delta"',
        "",
        "[recognise]",
        "require = " + listed(["|".join(inside(part) for part in group.split("|")) for group in require]),
        f'files   = ["generic-{name.replace("_", "-")}*", "weir-{name.replace("_", "-")}*", "{name}.*", "{name}s.*"]',
    ]
    if name in ENRICHED:
        # Its headers are those of half of all exports: only its name says what it is.
        lines[-1] = lines[-1][:-1] + ", " + ", ".join(quoted(text) for text in ENRICHED[name]) + "]"
        lines += ["named   = true"]
    if "key" in table:
        lines += ["", "[key]", 'columns = ["key"]']
    elif name in NATURAL:
        lines += ["", "[key]", "natural = " + listed([inside(column) for column in NATURAL[name]])]
    if "modified_at" in table:
        lines += ["", "[observed]", 'modified = ["modified_at"]']
    lines += ["", "[columns]"]
    width = max(len(inside(column)) for column in table)
    for column, record_type in table.items():
        kind = column_type(column, record_type)
        more = ', currency = "currency"' if kind == "money" and "currency" in table else ""
        if column == "key" and "key" in require:
            more += ", required = true"
        lines.append(f"{inside(column):<{width}} = {{ type = {quoted(kind)}, names = {listed(names[column])}{more} }}")
    for column, extension in EXTENSIONS.items() if name == "call" else ():
        lines.append(f'{extension:<{width}} = {{ type = "text", names = {listed(names[column])} }}')
    lines += ["", "[[emit]]", f"table = {quoted(name)}", "[emit.set]"]
    width = max(len(column) for column in table)
    lines += [f"{column:<{width}} = {quoted(expression(name, column))}" for column in table]
    if "account_key" in table and "account_name" in table:
        lines += ["", "[[emit]]", 'table = "account"', 'when  = "account_key IS NULL AND account_name IS NOT NULL"',
                  "[emit.set]", 'key  = "name_key(account_name)"', 'name = "account_name"']
    return "\n".join(lines) + "\n"


# Amounts of money are rounded by their currency; names of things without keys stand for them.
def expression(table: str, column: str) -> str:
    if table in ("deal", "person") and column == "account_key":
        return "coalesce(account_key, name_key(account_name))"
    if table == "call" and column in EXTENSIONS:
        extension = EXTENSIONS[column]
        return f"coalesce({column}, CASE WHEN is_extension({extension}) THEN {extension} END)"
    if table == "member" and column == "team_key":
        return "coalesce(team_key, name_key(team_name))"
    if table == "member" and column == "manager_key":
        return "coalesce(manager_key, name_key(manager_name))"
    if table == "account_enrichment" and column == "domain":
        return "coalesce(domain, email_domain(email))"
    if column.endswith("currency"):
        return f"upper({column})"
    return inside(column)


def comments() -> dict[tuple[str, str], str]:
    """The remarks of models/records.toml, which the page repeats."""
    result = {}
    table = ""
    for line in (ROOT / "models/records.toml").read_text(encoding="utf-8").splitlines():
        code, _, remark = line.partition("#")
        if code.strip().startswith("["):
            table = code.strip().strip("[]")
            result[table, ""] = remark.strip()
        elif "=" in code:
            result[table, code.partition("=")[0].strip()] = remark.strip()
    return result


PAGE_HEAD = """# The generic form

For a system that Weir does not know, write a file in this form: CSV, TSV, JSON, JSON lines or Parquet, a file a table,
or an Excel workbook, a sheet a table, with the headers below. Header case, blanks and `_` do not matter (`Close Date`
is `close_date`); Russian names are read as well. Leave out what you do not have; columns that are not listed are kept
and can be used as dimensions.

- `key` is your own id of the thing, and must not change. Columns that end in `_key` name the key of another thing; for
  a company or a member a name will do where it is unique.
- Instants are `2025-03-31 14:05:00` (in the reporting time zone) or with a zone (`2025-03-31T14:05:00Z`), dates
  `2025-03-31`. Probabilities are shares: `0.2` or `20%`. Amounts are plain or formatted numbers, in `currency`
  (ISO 4217).
- A file is recognised by its headers; those in bold are needed (one of them where several stand together). Naming the
  file `weir-<table>.csv` settles it where two tables would do.
- An empty cell never erases what is known. Importing a newer file of the same things makes history.

    weir import --dry-run weir-deal.csv      what was recognised, how each column maps, the first problems
    weir import weir-deal.csv weir-account.csv

This page, `catalog/sources/generic-*.toml` and `enrichment-*.toml` are written by `scripts/generic_mappings.py`.
"""


def page(tables: dict[str, dict[str, str]]) -> str:
    remarks = comments()
    lines = [PAGE_HEAD]
    for name, table in tables.items():
        english, russian, require = TABLES[name]
        needed = {column for group in require for column in group.split("|")}
        note = remarks.get((name, ""), "")
        lines += [f"## {name}: {english} ({russian})", ""]
        if note:
            lines += [note[0].upper() + note[1:] + ".", ""]
        together = " and ".join(" or ".join(f"`{part}`" for part in group.split("|")) for group in require)
        lines += [f"Needed: {together}.", "", "| header | in Russian | type | meaning |", "|---|---|---|---|"]
        for column, names in headers(table).items():
            shown = f"**{column}**" if column in needed else column
            kind = column_type(column, table[column])
            lines.append(f"| {shown} | {', '.join(names[1:])} | {kind} | {remarks.get((name, column), '')} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def main() -> int:
    with open(ROOT / "models/records.toml", "rb") as file:
        document = tomllib.load(file)
    tables = {name: {column: kind for column, kind in body.items() if column != "entity"}
              for name, body in document.items()}
    missing = [name for name in tables if name not in TABLES]
    if missing:
        print(f"scripts/generic_mappings.py has no title for: {', '.join(missing)}", file=sys.stderr)
        return 1
    written = {ROOT / f"catalog/sources/{file_of(name)}.toml": mapping(name, table)
               for name, table in tables.items()}
    written[ROOT / "docs/sources/generic.md"] = page(tables)
    stale = [path for path, text in written.items()
             if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what models/records.toml says; run scripts/generic_mappings.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
