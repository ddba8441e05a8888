"""https://www.amocrm.ru/developers/content/crm_platform/api-reference: pages by `_links.next`, 204 where there is nothing."""

import time

from replay import Answer, Refused, status

TOKEN = "amo-token-0123456789abcdef"
SETTINGS = 'host = "acme.amocrm.ru"\nsince = 2020-01-01\n'

ALL = {"user": 1, "pipeline": 1, "company": 3, "contact": 3, "deal": 5, "deal_deleted": 1, "event": 7, "deletion": 0,
       "task": 2, "deal_note": 1, "contact_note": 0, "company_note": 0}
MODEL = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY n) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'AMO %' GROUP BY stage)": "Успешно реализовано 1, Договор 4",
    "SELECT DISTINCT account || ' ' || owner FROM scoped.deal WHERE name LIKE 'AMO %'": "AMO Компания 0 Анна",
    "SELECT count(DISTINCT deal_id) FROM scoped.deal_version WHERE stage = 'Заявка' AND deal_id IN "
    "(SELECT deal_id FROM scoped.deal WHERE name LIKE 'AMO %')": "5",
    "SELECT email || ' ' || phone FROM scoped.person WHERE full_name = 'AMO Контакт 1'":
        "k1@amo1.example +79001234561",
    "SELECT tax_id || ' ' || city FROM scoped.account WHERE name = 'AMO Компания 1'": "7700000001 Казань",
    "SELECT string_agg(kind, ',' ORDER BY kind) FROM scoped.activity WHERE subject LIKE 'AMO %'": "meeting,task",
}
AGAIN = {name: 0 for name in ALL} | {"user": 1, "pipeline": 1, "deal_deleted": 1}
CHANGED = AGAIN | {"deal": 1, "deal_deleted": 2, "event": 1, "deletion": 1}
MODEL_CHANGED = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'AMO %' GROUP BY stage)": "Договор 2, Успешно реализовано 2",
    "SELECT count(*) FROM scoped.person WHERE full_name LIKE 'AMO Контакт %'": "2",
}
LATER = ("deal", "deal_deleted", "event", "deletion", "task")
MAIN = "deal"
PAGES = r"/api/v4/leads\?"
LIMIT = status(429, {"title": "Too many requests", "status": 429}, Retry_After="0")


def make(now: int):
    return AmoCrm(now)


def field(code: str, name: str, value: str) -> dict:
    return {"field_id": 1, "field_name": name, "field_code": code, "field_type": "multitext",
            "values": [{"value": value, "enum_id": 2, "enum_code": "WORK"}]}


class AmoCrm:
    page = 2

    def __init__(self, now: int):
        self.now = now
        at = now - 86_400 * 20
        self.at = at
        self.lists = {"companies": [], "contacts": [], "leads": [], "tasks": [], "leads/notes": [], "contacts/notes": [],
                      "companies/notes": []}
        self.events, self.deleted = [], []
        for i in range(3):
            self.put("companies", 100 + i, at + i, name=f"AMO Компания {i}", custom_fields_values=[
                field("WEB", "Web", f"https://www.amo{i}.example/ru"), field("ADDRESS", "Адрес", "Казань"),
                field(None, "ИНН", f"770000000{i}")])
            self.put("contacts", 200 + i, at + i, name=f"AMO Контакт {i}", first_name="AMO", last_name=f"Контакт {i}",
                     custom_fields_values=[field("PHONE", "Телефон", f"8 (900) 123-45-6{i}" if i else "+7 900 123-45-60"),
                                           field("EMAIL", "Email", f"k{i}@amo{i}.example")],
                     _embedded={"tags": [], "companies": [{"id": 100 + i, "_links": {}}]})
        for i in range(5):
            self.put("leads", 300 + i, at + 7200 + i, name=f"AMO {i}", price=1000, pipeline_id=10, loss_reason_id=None,
                     status_id=142 if i == 2 else 1002, closed_at=at + 7200 if i == 2 else None,
                     custom_fields_values=[{"field_id": 5, "field_name": "utm_source", "field_code": "UTM_SOURCE",
                                            "field_type": "tracking_data", "values": [{"value": "yandex"}]}],
                     _embedded={"tags": [], "companies": [{"id": 100, "_links": {}}], "loss_reason": [],
                                "catalog_elements": [], "contacts": [{"id": 201, "is_main": False, "_links": {}},
                                                                     {"id": 200, "is_main": True, "_links": {}}]})
            self.moved(300 + i, 1001, 1002 if i != 2 else 142, at + 7200 + i)
        self.event("sale_field_changed", "lead", 301, at + 7200, [{"sale_field_value": {"sale": 1000}}],
                   [{"sale_field_value": {"sale": 500}}])
        self.event("name_field_changed", "contact", 201, at + 7200, [{"name_field_value": {"name": "AMO Контакт 1"}}], [])
        self.deleted.append({"id": 399, "updated_at": at, "is_deleted": True})
        for i in range(2):
            self.put("tasks", 400 + i, at, text=f"AMO дело {i}", task_type_id=1 + i, entity_id=300, entity_type="leads",
                     is_completed=True, complete_till=at + 60, duration=0, result={"text": "готово"})
        self.put("leads/notes", 500, at, entity_id=300, note_type="call_out",
                 params={"duration": 60, "call_status": 4, "phone": "+79001234560"})

    def put(self, kind: str, number: int, at: int, **values):
        self.lists[kind].append({"id": number, "responsible_user_id": 7, "group_id": 0, "created_by": 7, "updated_by": 7,
                                 "created_at": self.at, "updated_at": at, "is_deleted": False, "account_id": 1,
                                 "_links": {"self": {"href": f"{kind}/{number}"}}, **values})

    def event(self, kind: str, entity: str, number: int, at: int, after: list, before: list):
        self.events.append({"id": f"01event{len(self.events):04}", "type": kind, "entity_id": number, "created_by": 7,
                            "entity_type": entity, "created_at": at, "value_after": after, "value_before": before,
                            "account_id": 1})

    def moved(self, number: int, old: int, new: int, at: int):
        self.event("lead_status_changed", "lead", number, at, [{"lead_status": {"id": new, "pipeline_id": 10}}],
                   [{"lead_status": {"id": old, "pipeline_id": 10}}])

    def change(self):
        at = int(time.time())
        won = self.lists["leads"][1]
        won.update(status_id=142, closed_at=at, updated_at=at)
        self.moved(301, 1002, 142, at)
        gone = self.lists["leads"].pop(0)
        self.deleted.append({"id": gone["id"], "updated_at": at, "is_deleted": True})
        self.lists["contacts"].pop(2)
        self.event("contact_deleted", "contact", 202, at, [], [])

    def answer(self, request):
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, {"title": "Unauthorized", "status": 401, "detail": request.headers.get("authorization")})
        path = request.path.removeprefix("/api/v4/")
        if path == "users":
            return self.paged(request, "users", [{
                "id": 7, "name": "Анна", "email": "anna@acme.example", "lang": "ru",
                "rights": {"is_active": True, "is_admin": True, "is_free": False, "group_id": 0, "role_id": None},
                "_embedded": {"groups": [{"id": 20, "name": "Продажи"}]}}])
        if path == "leads/pipelines":
            return {"_total_items": 1, "_embedded": {"pipelines": [self.pipeline()]}}
        if path == "events":
            found = [each for each in self.events if each["type"] in request.all("filter[type][]")
                     and each["created_at"] >= int(request.get("filter[created_at][from]"))]
            return self.paged(request, "events", sorted(found, key=lambda each: -each["created_at"]))
        if path == "leads" and request.get("with") == "only_deleted":
            return self.paged(request, "leads", self.deleted)
        if path not in self.lists:
            return None
        since = int(request.get("filter[updated_at][from]"))
        return self.paged(request, path.split("/")[-1], [each for each in self.lists[path] if each["updated_at"] >= since])

    def paged(self, request, name: str, records: list):
        page = int(request.get("page") or 1)
        given = records[(page - 1) * self.page:page * self.page]
        if not given:
            return Answer(status=204)
        links = {"self": {"href": f"{self.url}{request.path}?page={page}"}}
        if len(records) > page * self.page:
            rest = "&".join(f"{key}={value}" for key, value in request.params if key != "page")
            links["next"] = {"href": f"{self.url}{request.path}?{rest}&page={page + 1}"}
        return {"_page": page, "_links": links, "_embedded": {name: given}}

    @staticmethod
    def pipeline() -> dict:
        stages = ((1001, "Заявка"), (1002, "Договор"), (142, "Успешно реализовано"), (143, "Закрыто и не реализовано"))
        return {"id": 10, "name": "Продажи", "sort": 1, "is_main": True, "is_unsorted_on": False, "is_archive": False,
                "account_id": 1, "_embedded": {"statuses": [
                    {"id": number, "name": name, "sort": i * 10, "is_editable": number > 143, "pipeline_id": 10,
                     "color": "#fff", "type": 0, "account_id": 1} for i, (number, name) in enumerate(stages)]}}
