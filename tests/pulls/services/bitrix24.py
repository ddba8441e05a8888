"""https://apidocs.bitrix24.com: an incoming webhook; lists from the last id on, `start`, `time.operating`."""

import time
from datetime import datetime

from replay import Answer, Refused, stamp, status

TOKEN = "b24secretcode0123"
SETTINGS = 'since = 2020-01-01\nadd = { deal = ["UF_CRM_REGION"] }\n'

ALL = {"department": 2, "user": 3, "category": 1, "status": 4, "product": 2, "company": 3, "contact": 3, "lead": 1,
       "deal": 5, "deal_stage_history": 10, "lead_stage_history": 1, "activity": 2}
MODEL = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY n) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'B24 %' GROUP BY stage)": "Успех 1, Договор 4",
    "SELECT DISTINCT account || ' ' || owner || ' ' || pipeline FROM scoped.deal WHERE name LIKE 'B24 %'":
        "B24 Компания 0 Олег Орлов Опт",
    "SELECT count(*) FROM scoped.deal_version WHERE stage = 'Новая' AND deal_id IN "
    "(SELECT deal_id FROM scoped.deal WHERE name LIKE 'B24 %')": "5",
    "SELECT email || ' ' || phone FROM scoped.person WHERE full_name = 'B24 Контакт1'": "k1@b24x1.example +79001234561",
    "SELECT status FROM scoped.lead WHERE full_name = 'B24 Лид'": "В работе",
    "SELECT string_agg(kind, ',' ORDER BY kind) FROM scoped.activity WHERE subject LIKE 'B24 %'": "call,task",
    "SELECT count(*) FROM scoped.team WHERE name LIKE 'B24 %'": "2",
}
AGAIN = {name: 0 for name in ALL} | {"department": 2, "user": 3, "category": 1, "status": 4, "product": 2}
CHANGED = AGAIN | {"department": 1, "deal": 1, "deal_stage_history": 1}
MODEL_CHANGED = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'B24 %' GROUP BY stage)": "Договор 3, Успех 2",
    "SELECT count(*) FROM scoped.team WHERE name LIKE 'B24 %'": "1",
}
# Asked only where they are named: a request for each deal.
NAMED = {"deal_product_row": 10, "deal_contact": 10}
MODEL_NAMED = {
    "SELECT string_agg(product || ' ' || CAST(CAST(n AS INTEGER) AS VARCHAR), ', ' ORDER BY product) FROM (SELECT product, "
    "sum(amount) AS n FROM scoped.deal_line WHERE product LIKE 'B24 %' GROUP BY product)": "B24 Товар 0 1000, B24 Товар 1 1000",
    "SELECT string_agg(full_name || ' ' || n, ', ' ORDER BY full_name) FROM (SELECT p.full_name, count(*) || "
    "(CASE WHEN bool_and(c.is_primary) THEN ' first' ELSE '' END) AS n FROM scoped.deal_contact AS c JOIN scoped.person AS p "
    "ON p.person_id = c.person_id WHERE p.full_name LIKE 'B24 К%' GROUP BY p.full_name)":
        "B24 Контакт0 5 first, B24 Контакт1 5",
}
LATER = ("department", "deal", "deal_stage_history", "activity")
MAIN = "deal"
PAGES = r"/crm\.deal\.list"
LIMIT = status(503, {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}, Retry_After="0")


def token(url: str) -> str:
    return f"{url}/rest/1/{TOKEN}/\n"


def moment(at: int) -> str:
    """As a site in Moscow writes it."""
    return stamp(at + 3 * 3600, "%Y-%m-%dT%H:%M:%S+03:00")


def make(now: int):
    return Bitrix24(now)


class Bitrix24:
    page = 2

    def __init__(self, now: int):
        self.now = now
        at = now - 86_400 * 20
        self.at = at
        self.lists = {name: [] for name in ("product", "company", "contact", "lead", "deal", "activity", "history2",
                                            "history1")}
        self.departments = [{"ID": str(1 + i), "NAME": f"B24 Отдел {i}", "SORT": 500, "PARENT": "1" if i else None,
                             "UF_HEAD": "11"} for i in range(2)]
        self.users = [{"ID": str(11 + i), "ACTIVE": True, "NAME": "Олег", "LAST_NAME": "Орлов" if i == 0 else f"Лис {i}",
                       "EMAIL": f"oleg{i}@acme.example", "WORK_POSITION": "Менеджер", "UF_DEPARTMENT": [1],
                       "LAST_LOGIN": moment(at)} for i in range(3)]
        self.statuses = [{"ID": str(i), "ENTITY_ID": "DEAL_STAGE_5", "STATUS_ID": code, "NAME": name, "SORT": str(i * 10),
                          "SEMANTICS": semantics, "CATEGORY_ID": "5", "EXTRA": {"SEMANTICS": "process"}}
                         for i, (code, name, semantics) in enumerate((
                             ("C5:NEW", "Новая", None), ("C5:DOG", "Договор", None), ("C5:WON", "Успех", "S")))]
        self.statuses.append({"ID": "9", "ENTITY_ID": "SOURCE", "STATUS_ID": "WEB", "NAME": "Сайт", "SORT": "10",
                              "SEMANTICS": None, "CATEGORY_ID": None, "EXTRA": None})
        for i in range(2):
            self.lists["product"].append({"ID": str(30 + i), "NAME": f"B24 Товар {i}", "CODE": None, "ACTIVE": "Y",
                                          "PRICE": "100.00", "CURRENCY_ID": "RUB", "SECTION_ID": None, "SORT": "500",
                                          "VAT_INCLUDED": "Y", "MEASURE": None})
        for i in range(3):
            self.put("company", 100 + i, at + i, TITLE=f"B24 Компания {i}", COMPANY_TYPE="CUSTOMER", INDUSTRY="IT",
                     EMPLOYEES="EMPLOYEES_1", PHONE=[], EMAIL=[], WEB=self.multi("WEB", f"https://b24x{i}.example"))
            self.put("contact", 200 + i, at + i, NAME="B24", LAST_NAME=f"Контакт{i}", POST=None, COMPANY_ID=str(100 + i),
                     PHONE=self.multi("PHONE", f"8 (900) 123-45-6{i}" if i else "+7 900 123-45-60"),
                     EMAIL=self.multi("EMAIL", f"k{i}@b24x{i}.example"))
        self.put("lead", 50, at, TITLE="B24 Заявка", NAME="B24", LAST_NAME="Лид", STATUS_ID="IN_PROCESS",
                 STATUS_SEMANTIC_ID="P", COMPANY_ID="0", CONTACT_ID=None, SOURCE_ID="WEB", PHONE=[],
                 EMAIL=self.multi("EMAIL", "lead@b24lead.example"), DATE_CLOSED="", COMPANY_TITLE=None)
        self.lists["history1"].append({"ID": "900", "TYPE_ID": 1, "OWNER_ID": "50", "CREATED_TIME": moment(at),
                                       "STATUS_SEMANTIC_ID": "P", "STATUS_ID": "IN_PROCESS"})
        for i in range(5):
            self.put("deal", 300 + i, at + 7200 + i, TITLE=f"B24 {i}", STAGE_ID="C5:WON" if i == 2 else "C5:DOG",
                     STAGE_SEMANTIC_ID="S" if i == 2 else "P", CATEGORY_ID="5", PROBABILITY="50", OPPORTUNITY="1000.50",
                     CURRENCY_ID="RUB", COMPANY_ID="100", CONTACT_ID="200", LEAD_ID=None, SOURCE_ID="WEB",
                     CLOSEDATE=moment(at + 900_000), MOVED_TIME=moment(at + 7200), UF_CRM_REGION="Север")
            self.moved(300 + i, "C5:NEW", at)
            self.moved(300 + i, "C5:WON" if i == 2 else "C5:DOG", at + 7200 + i)
        for i, (kind, done) in enumerate((("2", "Y"), ("6", "Y"))):
            self.lists["activity"].append({
                "ID": str(400 + i), "OWNER_ID": "300", "OWNER_TYPE_ID": "2", "TYPE_ID": kind, "SUBJECT": f"B24 дело {i}",
                "PROVIDER_ID": "VOXIMPLANT_CALL" if i == 0 else "CRM_TODO", "PROVIDER_TYPE_ID": "CALL",
                "CREATED": moment(at), "LAST_UPDATED": moment(at), "START_TIME": moment(at), "END_TIME": moment(at + 60),
                "DEADLINE": moment(at), "COMPLETED": done, "RESPONSIBLE_ID": "11", "DIRECTION": "1", "RESULT_STATUS": "0"})

    @staticmethod
    def multi(kind: str, value: str) -> list:
        return [{"ID": "1", "VALUE_TYPE": "WORK", "VALUE": value, "TYPE_ID": kind}]

    def put(self, kind: str, number: int, at: int, **values):
        self.lists[kind].append({"ID": str(number), "ASSIGNED_BY_ID": "11", "DATE_CREATE": moment(self.at),
                                 "DATE_MODIFY": moment(at), **values})

    def moved(self, number: int, stage: str, at: int):
        self.lists["history2"].append({
            "ID": str(600 + len(self.lists["history2"])), "TYPE_ID": 2, "OWNER_ID": str(number), "STAGE_ID": stage,
            "CREATED_TIME": moment(at), "CATEGORY_ID": "5", "STAGE_SEMANTIC_ID": "S" if "WON" in stage else "P"})

    def change(self):
        at = int(time.time())
        self.lists["deal"][1].update(STAGE_ID="C5:WON", STAGE_SEMANTIC_ID="S", MOVED_TIME=moment(at),
                                     DATE_MODIFY=moment(at))
        self.moved(301, "C5:WON", at)
        self.departments.pop()

    def answer(self, request):
        parts = request.path.strip("/").split("/")
        if parts[:2] != ["rest", "1"] or parts[2] != TOKEN:
            raise Refused(401, {"error": "INVALID_CREDENTIALS",
                                "error_description": f"Invalid request credentials: {parts[2]}"})
        method = parts[3].removesuffix(".json")
        if method == "department.get":
            return self.counted(self.departments, request)
        if method == "user.get":
            return self.counted(self.users, request)
        if method == "crm.status.list":
            return self.timed({"result": self.statuses, "total": len(self.statuses)})
        if method == "crm.category.list" and request.get("entityTypeId") == "2":
            return self.timed({"result": {"categories": [{"id": 5, "name": "Опт", "sort": 100, "entityTypeId": 2,
                                                          "isDefault": "N"}]}, "total": 1})
        if method == "crm.stagehistory.list":
            return self.timed({"result": {"items": self.by_id(self.lists["history" + request.get("entityTypeId")],
                                                              "CREATED_TIME", request)}, "total": 0})
        if method == "crm.deal.productrows.get":
            return self.timed({"result": [self.row(int(request.get("id")), i) for i in range(2)]})
        if method == "crm.deal.contact.items.get":
            return self.timed({"result": [{"CONTACT_ID": 200 + i, "SORT": 10 * (i + 1), "ROLE_ID": 0,
                                           "IS_PRIMARY": "N" if i else "Y"} for i in range(2)]})
        name = method.removeprefix("crm.").removesuffix(".list")
        if name not in self.lists:
            return None
        changed = "LAST_UPDATED" if name == "activity" else "DATE_MODIFY"
        wanted = request.all("select[]")
        assert wanted and (name != "deal" or "UF_CRM_REGION" in wanted)
        found = self.by_id(self.lists[name], changed, request)
        return self.timed({"result": [{key: each.get(key) for key in wanted} for each in found], "total": 0})

    @staticmethod
    def row(deal: int, i: int) -> dict:
        return {"ID": str(deal * 10 + i), "OWNER_ID": str(deal), "OWNER_TYPE": "D", "PRODUCT_ID": 30 + i,
                "PRODUCT_NAME": f"B24 Товар {i}", "ORIGINAL_PRODUCT_NAME": f"B24 Товар {i}", "PRODUCT_DESCRIPTION": None,
                "PRICE": 100, "PRICE_EXCLUSIVE": 100, "PRICE_NETTO": 100, "PRICE_BRUTTO": 100, "PRICE_ACCOUNT": "100.00",
                "QUANTITY": 2, "DISCOUNT_TYPE_ID": 2, "DISCOUNT_RATE": 0, "DISCOUNT_SUM": 0, "TAX_RATE": None,
                "TAX_INCLUDED": "N", "CUSTOMIZED": "Y", "MEASURE_CODE": 796, "MEASURE_NAME": "шт", "SORT": 10 * (i + 1),
                "XML_ID": "", "TYPE": 1, "STORE_ID": None}

    def by_id(self, records: list, changed: str, request) -> list:
        assert request.get("start") == "-1" and request.get("order[ID]") == "ASC"
        since = request.get(f"filter[>={changed}]")
        beyond = int(request.get("filter[>ID]"))
        found = [each for each in records if int(each["ID"]) > beyond
                 and (since is None or datetime.fromisoformat(each[changed]) >= datetime.fromisoformat(since))]
        return sorted(found, key=lambda each: int(each["ID"]))[:self.page]

    def counted(self, records: list, request):
        begin = int(request.get("start") or 0)
        end = begin + self.page
        body = {"result": records[begin:end], "total": len(records)}
        if end < len(records):
            body["next"] = end
        return self.timed(body)

    def timed(self, body: dict):
        return Answer({**body, "time": {"start": self.now, "finish": self.now, "duration": 0.1, "processing": 0.05,
                                        "operating_reset_at": self.now + 600, "operating": 0.2}})
