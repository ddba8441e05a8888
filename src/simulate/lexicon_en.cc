#include "simulate/lexicon.h"

namespace weir::simulate {
namespace {

using Text = std::string_view;

constexpr Text kMale[] = {"Lukas",   "Jonas",  "Felix",  "Maximilian", "Thomas",  "Stefan",  "Andreas",  "Jürgen",
                          "Pieter",  "Daan",   "Sven",   "Lars",       "Søren",   "Mikael",  "Erik",     "James",
                          "Oliver",  "Harry",  "George", "Liam",       "Patrick", "Pierre",  "Julien",   "François",
                          "Marc",    "Carlos", "Javier", "Íñigo",      "Marco",   "Luca",    "Giuseppe", "João",
                          "Rui",     "Paweł",  "Łukasz", "Tomáš",      "Jan",     "Michael", "David",    "Robert",
                          "William", "Ethan",  "Daniel", "Ryan",       "Kevin"};
constexpr Text kFemale[] = {
    "Anna",    "Julia",  "Katharina", "Sabine", "Monika",  "Lena",      "Sophie",     "Charlotte", "Emma",
    "Femke",   "Sanne",  "Ingrid",    "Åsa",    "Freja",   "Sigrid",    "Emily",      "Olivia",    "Amelia",
    "Grace",   "Niamh",  "Camille",   "Élodie", "Chloé",   "Margaux",   "Lucía",      "Carmen",    "Marta",
    "Giulia",  "Chiara", "Francesca", "Inês",   "Beatriz", "Agnieszka", "Małgorzata", "Zuzana",    "Petra",
    "Jessica", "Ashley", "Sarah",     "Megan",  "Rachel",  "Laura",     "Nicole",     "Hannah",    "Zoë"};
constexpr Text kLast[] = {
    "Müller",    "Schmidt",   "Schneider", "Fischer",   "Weber",     "Wagner",   "Becker",     "Hoffmann",  "Schäfer",
    "Koch",      "Bauer",     "Richter",   "Klein",     "Wolf",      "Schröder", "Neumann",    "Schwarz",   "Krüger",
    "Hofmann",   "Großmann",  "De Vries",  "Jansen",    "Van Dijk",  "Bakker",   "Visser",     "Smit",      "Peeters",
    "Claes",     "Andersson", "Johansson", "Nilsson",   "Lindström", "Hansen",   "Sørensen",   "Nielsen",   "Korhonen",
    "Mäkinen",   "Bjørklund", "Smith",     "Jones",     "Taylor",    "Brown",    "Wilson",     "Evans",     "O'Connor",
    "Murphy",    "Kelly",     "McCarthy",  "Martin",    "Bernard",   "Dubois",   "Lefèvre",    "Moreau",    "Laurent",
    "García",    "Fernández", "Rodríguez", "Sánchez",   "Muñoz",     "Rossi",    "Ferrari",    "Bianchi",   "Romano",
    "Colombo",   "Silva",     "Santos",    "Gonçalves", "Nowak",     "Kowalski", "Wiśniewska", "Zieliński", "Novák",
    "Svobodová", "Dvořák",    "Johnson",   "Williams",  "Miller",    "Davis",    "Anderson",   "Thompson",  "Walker",
    "Nguyen",    "Patel",     "Khan",      "Lee",       "Chen",      "Roy",      "Tremblay",   "Gagnon",    "Meier",
    "Keller",    "Brunner",   "Huber",     "Gruber",    "Steiner",   "Moser",    "Egger",      "Winkler",   "Lehmann",
    "Vogel"};

constexpr Text kHeads[] = {"Nord",   "Alpen",  "Vela",   "Kern",  "Lumi",  "Ferro",  "Aqua",  "Terra", "Silva",
                           "Astra",  "Brand",  "Copper", "Delta", "Elbe",  "Falk",   "Grand", "Hafen", "Inno",
                           "Jura",   "Klar",   "Linden", "Meri",  "Nova",  "Opal",   "Prima", "Quint", "Rhein",
                           "Stern",  "Tavo",   "Ultra",  "Vento", "Wald",  "Xeno",   "Ypsi",  "Zenit", "Arbo",
                           "Boreal", "Cirrus", "Dyna",   "Ember", "Fjord", "Granit", "Helio", "Isar",  "Kobalt",
                           "Levant", "Monta",  "Nimbus", "Orca",  "Pallas"};
constexpr Text kTails[] = {"werk",   "tec",    "soft",  "logic", "data",  "works",  "line",  "media", "bau",   "pharm",
                           "energy", "trade",  "port",  "care",  "lab",   "motion", "metal", "print", "pack",  "chem",
                           "food",   "tex",    "glas",  "point", "net",   "vision", "craft", "cargo", "build", "invest",
                           "learn",  "travel", "space", "form",  "mark",  "clinic", "optik", "field", "bank",  "plan",
                           "grid",   "stone",  "wood",  "flow",  "scope", "forge",  "mill",  "house", "gate",  "yard"};
constexpr Text kMiddles[] = {"Systems", "Group",         "Solutions",   "Industries",   "Services",
                             "Digital", "Logistics",     "Partners",    "Technologies", "Consulting",
                             "Labs",    "International", "Engineering", "Retail",       "Health",
                             "Energy",  "Networks",      "Foods",       "Mobility",     "Capital"};
constexpr Text kIndustries[] = {"Technology",     "Manufacturing", "Retail",    "Healthcare",   "Financial Services",
                                "Transportation", "Media",         "Education", "Construction", "Energy"};

constexpr Text kChampions[] = {"Head of Operations",       "Sales Manager", "Marketing Manager", "Project Manager",
                               "Customer Service Manager", "IT Manager"};
constexpr Text kDeciders[] = {"Managing Director", "CEO", "VP Sales", "COO", "Chief Revenue Officer"};
constexpr Text kBuyers[] = {"CFO", "Head of Procurement", "Finance Director", "Controller"};
constexpr Text kUsers[] = {"Sales Representative", "Analyst",   "Account Manager",
                           "Office Manager",       "Team Lead", "Assistant"};

constexpr Text kGerman[] = {"GmbH", "GmbH", "GmbH & Co. KG", "AG"};
constexpr Text kSwiss[] = {"AG", "GmbH"};
constexpr Text kDutch[] = {"B.V.", "N.V."};
constexpr Text kFrench[] = {"SAS", "SARL", "SA"};
constexpr Text kBritish[] = {"Ltd", "Limited", "PLC"};
constexpr Text kSwedish[] = {"AB"};
constexpr Text kDanish[] = {"A/S", "ApS"};
constexpr Text kFinnish[] = {"Oy"};
constexpr Text kNorwegian[] = {"AS"};
constexpr Text kSpanish[] = {"S.L.", "S.A."};
constexpr Text kItalian[] = {"S.r.l.", "S.p.A."};
constexpr Text kPortuguese[] = {"Lda."};
constexpr Text kPolish[] = {"Sp. z o.o.", "S.A."};
constexpr Text kCzech[] = {"s.r.o.", "a.s."};
constexpr Text kAmerican[] = {"Inc.", "LLC", "Corp."};

constexpr City kGermanCities[] = {{"Berlin", "30", "10"},    {"Hamburg", "40", "20"},    {"München", "89", "80"},
                                  {"Köln", "221", "50"},     {"Stuttgart", "711", "70"}, {"Leipzig", "341", "04"},
                                  {"Nürnberg", "911", "90"}, {"Düsseldorf", "211", "40"}};
constexpr City kAustrianCities[] = {{"Wien", "1", "10"}, {"Graz", "316", "80"}, {"Linz", "732", "40"}};
constexpr City kSwissCities[] = {{"Zürich", "44", "80"}, {"Basel", "61", "40"}, {"Genève", "22", "12"}};
constexpr City kPolishCities[] = {{"Warszawa", "22", "00"}, {"Kraków", "12", "30"}, {"Wrocław", "71", "50"}};
constexpr City kCzechCities[] = {{"Praha", "2", "11"}, {"Brno", "5", "60"}};
constexpr City kDutchCities[] = {
    {"Amsterdam", "20", "10"}, {"Rotterdam", "10", "30"}, {"Utrecht", "30", "35"}, {"Eindhoven", "40", "56"}};
constexpr City kBelgianCities[] = {{"Bruxelles", "2", "10"}, {"Gent", "9", "90"}, {"Antwerpen", "3", "20"}};
constexpr City kFrenchCities[] = {
    {"Paris", "1", "75"}, {"Lyon", "4", "69"}, {"Lille", "3", "59"}, {"Nantes", "2", "44"}};
constexpr City kBritishCities[] = {{"London", "20", "EC"}, {"Leeds", "113", "LS"}, {"Edinburgh", "131", "EH"}};
constexpr City kIrishCities[] = {{"Dublin", "1", "D0"}, {"Cork", "21", "T1"}};
constexpr City kSwedishCities[] = {{"Stockholm", "8", "11"}, {"Göteborg", "31", "41"}, {"Malmö", "40", "21"}};
constexpr City kDanishCities[] = {{"København", "33", "10"}, {"Aarhus", "86", "80"}};
constexpr City kFinnishCities[] = {{"Helsinki", "9", "00"}, {"Tampere", "3", "33"}};
constexpr City kNorwegianCities[] = {{"Oslo", "22", "01"}, {"Bergen", "55", "50"}};
constexpr City kSpanishCities[] = {{"Madrid", "91", "28"}, {"Barcelona", "93", "08"}, {"València", "96", "46"}};
constexpr City kItalianCities[] = {{"Milano", "02", "20"}, {"Torino", "011", "10"}, {"Bologna", "051", "40"}};
constexpr City kPortugueseCities[] = {{"Lisboa", "21", "11"}, {"Porto", "22", "40"}};
constexpr City kAmericanCities[] = {
    {"New York", "212", "100"}, {"Boston", "617", "021"}, {"Chicago", "312", "606"}, {"Austin", "512", "787"}};
constexpr City kCanadianCities[] = {{"Toronto", "416", "M5"}, {"Montréal", "514", "H3"}};

constexpr Country kGermany{"DE", "Germany", "de", "49", "EUR", 7, kGerman, kGermanCities};
constexpr Country kBritain{"GB", "United Kingdom", "co.uk", "44", "GBP", 7, kBritish, kBritishCities};
constexpr Country kAmerica{"US", "United States", "com", "1", "USD", 7, kAmerican, kAmericanCities};

constexpr Country kCentral[] = {kGermany,
                                {"AT", "Austria", "at", "43", "EUR", 7, kGerman, kAustrianCities},
                                {"CH", "Switzerland", "ch", "41", "EUR", 7, kSwiss, kSwissCities},
                                {"PL", "Poland", "pl", "48", "EUR", 7, kPolish, kPolishCities},
                                {"CZ", "Czechia", "cz", "420", "EUR", 8, kCzech, kCzechCities},
                                kBritain,
                                kAmerica};
constexpr double kCentralWeights[] = {60, 10, 8, 8, 4, 5, 5};
constexpr Country kWest[] = {{"NL", "Netherlands", "nl", "31", "EUR", 7, kDutch, kDutchCities},
                             {"BE", "Belgium", "be", "32", "EUR", 7, kDutch, kBelgianCities},
                             {"FR", "France", "fr", "33", "EUR", 8, kFrench, kFrenchCities},
                             kBritain,
                             {"IE", "Ireland", "ie", "353", "EUR", 7, kBritish, kIrishCities},
                             kAmerica};
constexpr double kWestWeights[] = {34, 14, 28, 14, 6, 4};
constexpr Country kNorth[] = {{"SE", "Sweden", "se", "46", "EUR", 7, kSwedish, kSwedishCities},
                              {"DK", "Denmark", "dk", "45", "EUR", 6, kDanish, kDanishCities},
                              {"FI", "Finland", "fi", "358", "EUR", 7, kFinnish, kFinnishCities},
                              {"NO", "Norway", "no", "47", "EUR", 6, kNorwegian, kNorwegianCities}};
constexpr double kNorthWeights[] = {40, 25, 20, 15};
constexpr Country kSouth[] = {{"ES", "Spain", "es", "34", "EUR", 7, kSpanish, kSpanishCities},
                              {"IT", "Italy", "it", "39", "EUR", 7, kItalian, kItalianCities},
                              {"PT", "Portugal", "pt", "351", "EUR", 7, kPortuguese, kPortugueseCities}};
constexpr double kSouthWeights[] = {42, 42, 16};
constexpr Country kAmericas[] = {kAmerica, {"CA", "Canada", "ca", "1", "USD", 7, kAmerican, kCanadianCities}};
constexpr double kAmericasWeights[] = {85, 15};
constexpr Region kRegions[] = {{"Central", kCentral, kCentralWeights},
                               {"West", kWest, kWestWeights},
                               {"North", kNorth, kNorthWeights},
                               {"South", kSouth, kSouthWeights},
                               {"Americas", kAmericas, kAmericasWeights}};

constexpr Text kFreeMail[] = {"gmail.com", "outlook.com", "gmx.de", "web.de", "yahoo.com"};
constexpr ForeignCurrency kForeign[] = {{"USD", 1.085}, {"GBP", 0.857}};
constexpr Product kProductList[] = {{"Lumenary Start", "LUM-ST", "Plan", 2900},
                                    {"Lumenary Team", "LUM-TM", "Plan", 4900},
                                    {"Lumenary Business", "LUM-BU", "Plan", 6900},
                                    {"Lumenary Enterprise", "LUM-EN", "Plan", 8900},
                                    {"Analytics Add-on", "LUM-AN", "Add-on", 1200}};

constexpr Text kWebinars[] = {"Forecasting without spreadsheets", "From lead to cash in one view",
                              "Cutting response time in half",    "Pricing for growth",
                              "Onboarding that keeps customers",  "What good data hygiene costs",
                              "Renewals: start ninety days early"};
constexpr Text kFairs[] = {"SaaS Forum Berlin", "Revenue Summit Amsterdam", "Operations Days Köln"};
constexpr Text kLossReasons[] = {"Price", "Competitor", "No decision", "Missing feature", "No budget", "Timing"};
constexpr Text kNextSteps[] = {"Send proposal",
                               "Book demo with the team",
                               "Call about budget",
                               "Wait for legal review",
                               "Align with procurement",
                               "Security questionnaire, then call",
                               "Follow up after the board meeting"};
constexpr Text kCalls[] = {"Call", "Intro call", "Call: follow up", "Discovery call", "Call - left voicemail"};
constexpr Text kMails[] = {"Email: Your request", "Email: Following up", "Email: Proposal attached",
                           "Email: Next steps", "Email: Case study"};
constexpr Text kMeetings[] = {"Demo", "Discovery meeting", "Workshop", "Negotiation", "Business review", "Kick-off"};
constexpr Text kTasks[] = {"Follow up", "Prepare proposal", "Check contract", "Send pricing", "Update CRM"};
constexpr Text kNotes[] = {"Spoke to assistant, call back next week.",
                           "Interested; wants numbers for 40 seats.\nAsked about SSO and \"single source of truth\".",
                           "Budget is decided in the next quarter, decision by the board.",
                           "Competitor is cheaper, but they miss the reporting; discount asked.",
                           "No answer, left a message.\n- try mobile\n- try LinkedIn"};
constexpr Text kTickets[] = {"Cannot log in",
                             "Import of contacts fails",
                             "Question about the invoice",
                             "Dashboard shows wrong total",
                             "How do I add a user?",
                             "API returns 500",
                             "Export is slow",
                             "Change of billing address",
                             "Feature request: scheduled reports"};
constexpr Text kTicketTexts[] = {"Hello,\nsince this morning it does not work, could you have a look?",
                                 "We see a different number than in our \"own\" report. Screenshot attached.",
                                 "Please help, the month end is close.", "Is there a way to do this in bulk?"};
constexpr Text kReplies[] = {"Thank you for writing, we are looking into it.", "Could you send us the file?",
                             "This is solved with today's release, please try again.",
                             "I have added the user for you."};

constexpr Lexicon kEnglish{
    .locale = "en",
    .cyrillic = false,
    .seller_name = "Lumenary",
    .seller_domain = "lumenary.io",
    .currency = "EUR",
    .time_zone = "Europe/Berlin",
    .home_country = "DE",
    .tax_percent = 19,
    .male_names = kMale,
    .female_names = kFemale,
    .middle_names = {},
    .last_names = kLast,
    .brand_heads = kHeads,
    .brand_tails = kTails,
    .brand_middles = kMiddles,
    .industries = kIndustries,
    .titles = {Words(kChampions), Words(kDeciders), Words(kBuyers), Words(kUsers)},
    .regions = kRegions,
    .free_mail = kFreeMail,
    .foreign_currencies = kForeign,
    .products = kProductList,
    .lead_sources = {"Google Ads", "LinkedIn Ads", "Web", "Webinar", "Trade Show", "Partner", "Outbound", "Email"},
    .search_campaigns = {"Search | Brand", "Search | Generic | CRM analytics", "Search | Competitors",
                         "PMax | Remarketing"},
    .webinar_topics = kWebinars,
    .fairs = kFairs,
    .webinar_prefix = "Webinar: ",
    .social_prefix = "LinkedIn ",
    .outbound_prefix = "Outbound sequence ",
    .newsletter_prefix = "Newsletter ",
    .referral_name = "Partner programme",
    .loss_reasons = kLossReasons,
    .next_steps = kNextSteps,
    .call_subjects = kCalls,
    .mail_subjects = kMails,
    .meeting_subjects = kMeetings,
    .task_subjects = kTasks,
    .call_notes = kNotes,
    .ticket_subjects = kTickets,
    .ticket_texts = kTicketTexts,
    .reply_texts = kReplies,
    .departments = {"Management", "Marketing", "Sales Development", "Sales", "Customer Success", "Support", "Finance",
                    "Revenue Operations"},
    .head_titles = {"Chief Executive Officer", "Head of Marketing", "Head of Sales Development", "Sales Manager",
                    "Customer Success Lead", "Support Lead", "Head of Finance", "Revenue Operations Manager"},
    .staff_titles = {"Chief Revenue Officer", "Marketing Manager", "Sales Development Representative",
                     "Account Executive", "Customer Success Manager", "Support Agent", "Accountant",
                     "Sales Operations Analyst"},
    .new_business_suffix = "New Business",
    .expansion_suffix = "Upgrade",
    .renewal_suffix = "Renewal",
    .reactivation_suffix = "Return",
};

}  // namespace

const Lexicon& EnglishLexicon() { return kEnglish; }

}  // namespace weir::simulate
