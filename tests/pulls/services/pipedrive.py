"""https://developers.pipedrive.com/docs/api/v1: v2 by `cursor`, v1 by `start`; the feed of a deal."""

from replay import Answer, Refused, stamp, status

TOKEN = "pd-token-0123456789abcdef"
SETTINGS = 'company = "acme"\nsince = 2020-01-01\n'

ALL = {"user": 2, "pipeline": 1, "stage": 3, "organization": 3, "person": 3, "product": 1, "lead": 3, "lead_archived": 1,
       "deal": 5, "deal_archived": 1, "deal_flow": 12, "deal_product": 5, "activity": 3, "note": 1}
MODEL = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'PD %' GROUP BY stage)": "Lost 1, Offer 3, Won 2",
    "SELECT string_agg(DISTINCT pipeline, ',') FROM scoped.deal WHERE name LIKE 'PD %'": "New business",
    "SELECT count(*) FROM scoped.deal_version WHERE stage = 'Qualified' AND deal_id IN "
    "(SELECT deal_id FROM scoped.deal WHERE name LIKE 'PD %')": "6",
    "SELECT CAST(sum(amount) AS BIGINT) FROM scoped.deal WHERE name LIKE 'PD %'": "6000",
    "SELECT count(*) FROM scoped.activity WHERE subject LIKE 'PD call %' AND done_at IS NOT NULL": "2",
    "SELECT email FROM scoped.person WHERE full_name = 'PD Person 1'": "p1@pd.example",
    "SELECT count(*) FROM scoped.lead WHERE status = 'Archived'": "1",
}
# What is asked by its stamp comes again for the last minute; leads, users, products and notes come whole each time.
AGAIN = {name: 0 for name in ALL} | {"user": 2, "pipeline": 1, "stage": 3, "product": 1, "lead": 3, "lead_archived": 1,
                                     "note": 1, "organization": 1, "person": 1, "deal": 1, "deal_archived": 1,
                                     "deal_flow": 4, "deal_product": 1, "activity": 1}
CHANGED = AGAIN | {"deal": 3, "deal_flow": 9, "deal_product": 3}
MODEL_CHANGED = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'PD %' GROUP BY stage)": "Lost 1, Offer 1, Won 3",
    "SELECT count(*) FROM scoped.deal WHERE name = 'PD 0'": "0",
}
# Asked only where they are named: a request, or a page, for each deal.
NAMED = {"deal_participant": 18}
MODEL_NAMED = {
    "SELECT count(DISTINCT p.person_id) || ' of ' || count(DISTINCT c.deal_id) FROM scoped.deal_contact AS c JOIN "
    "scoped.person AS p ON p.person_id = c.person_id WHERE p.full_name LIKE 'PD %'": "3 of 6",
}
LATER = ("deal", "deal_flow", "deal_product", "stage")
MAIN = "deal"
PAGES = r"/v2/deals\?"
LIMIT = status(429, {"success": False, "error": "request over limit"}, x_ratelimit_reset="0")


def old_stamp(at: int) -> str:
    return stamp(at, "%Y-%m-%d %H:%M:%S")


def make(now: int):
    return Pipedrive(now)


class Pipedrive:
    page = 2

    def __init__(self, now: int):
        self.now = now
        at = now - 86_400 * 20
        self.at = at
        both = {"add_time": stamp(at), "update_time": stamp(at)}
        self.v2 = {
            "pipelines": [{"id": 1, "name": "New business", "order_nr": 1, "is_deal_probability_enabled": False,
                           "is_selected": True, "is_deleted": False, **both}],
            "stages": [{"id": 11 + i, "name": name, "pipeline_id": 1, "order_nr": i, "deal_probability": 100,
                        "is_deal_rot_enabled": False, "days_to_rotten": None, "is_deleted": False, **both}
                       for i, name in enumerate(("Qualified", "Meeting", "Offer"))],
            "organizations": [{"id": 100 + i, "name": f"PD Company {i}", "owner_id": 1, "website": f"pd{i}.example",
                               "is_deleted": False, "visible_to": 3, "label_ids": [], "add_time": stamp(at),
                               "update_time": stamp(at + i * 3600)} for i in range(3)],
            "persons": [{"id": 200 + i, "name": f"PD Person {i}", "first_name": "PD", "last_name": f"Person {i}",
                         "owner_id": 1, "org_id": 100 + i, "emails": [{"value": f"p{i}@pd.example", "primary": True,
                                                                      "label": "work"}],
                         "phones": [], "is_deleted": False, "visible_to": 3, "label_ids": [], "picture_id": None,
                         "add_time": stamp(at), "update_time": stamp(at + i * 3600)} for i in range(3)],
            "products": [{"id": 9, "name": "PD Basic", "code": "B", "unit": "", "tax": 0, "is_deleted": False,
                          "is_linkable": True, "visible_to": 3, "owner_id": 1, "category": None,
                          "prices": [{"product_id": 9, "price": 100, "currency": "EUR", "cost": 0, "notes": ""}],
                          **both}],
            "deals": [], "deals/archived": [],
            "activities": [{"id": 400 + i, "subject": f"PD call {i}", "type": "call", "owner_id": 1, "deal_id": 300,
                            "lead_id": None, "person_id": 200, "org_id": 100, "due_date": stamp(at)[:10],
                            "due_time": "10:00", "duration": "00:30", "busy": True, "done": i > 0, "note": None,
                            "is_deleted": False, "marked_as_done_time": stamp(at + 60) if i else None,
                            "add_time": stamp(at), "update_time": stamp(at + i * 3600)} for i in range(3)],
        }
        self.flows = {}
        for i, (kind, stage) in enumerate((("open", 13), ("open", 13), ("won", 13), ("lost", 12), ("open", 13))):
            self.deal("deals", 300 + i, kind, stage, at + 7200 + i * 3600)
        self.deal("deals/archived", 309, "won", 13, at + 7200)
        self.v1 = {
            "users": [{"id": 1 + i, "name": f"PD Seller {i}", "email": f"s{i}@acme.example", "active_flag": True,
                       "activated": True, "timezone_name": "Europe/Berlin", "default_currency": "EUR", "locale": "de_DE",
                       "role_id": 1, "created": old_stamp(at), "modified": old_stamp(at), "last_login": old_stamp(at)}
                      for i in range(2)],
            "leads": [self.lead(i, False) for i in range(3)], "leads/archived": [self.lead(7, True)],
            "notes": [{"id": 800, "content": "<p>PD note</p>", "user_id": 1, "deal_id": 300, "person_id": None,
                       "org_id": None, "lead_id": None, "active_flag": True, "pinned_to_deal_flag": False,
                       "pinned_to_organization_flag": False, "pinned_to_person_flag": False,
                       "user": {"name": "PD Seller 0", "email": "s0@acme.example"}, "add_time": old_stamp(at),
                       "update_time": old_stamp(at)}],
        }

    def lead(self, i: int, archived: bool) -> dict:
        return {"id": f"adf21080-0e10-11eb-879b-05d71fb426e{i}", "title": f"PD lead {i}", "owner_id": 1, "creator_id": 1,
                "label_ids": [], "person_id": 200, "organization_id": 100, "source_name": "API", "origin": "API",
                "is_archived": archived, "was_seen": True, "value": {"amount": 100, "currency": "EUR"},
                "visible_to": "3", "add_time": stamp(self.at), "update_time": stamp(self.at)}

    def deal(self, among: str, number: int, kind: str, stage: int, at: int):
        self.v2[among].append({
            "id": number, "title": f"PD {number - 300}", "owner_id": 1, "creator_user_id": 1, "org_id": 100,
            "person_id": 200, "pipeline_id": 1, "stage_id": stage, "value": 1000, "currency": "EUR", "status": kind,
            "probability": None, "is_deleted": False, "is_archived": among != "deals", "lost_reason": None,
            "expected_close_date": stamp(at)[:10], "close_time": stamp(at) if kind != "open" else None,
            "won_time": stamp(at) if kind == "won" else None, "lost_time": stamp(at) if kind == "lost" else None,
            "stage_change_time": stamp(at - 60), "add_time": stamp(self.at), "update_time": stamp(at),
            "custom_fields": {}})
        self.flows[number] = []
        self.moved(number, None, 11, at - 300)
        self.moved(number, 11, stage, at - 60)
        self.flows[number].insert(1, {"object": "note", "timestamp": old_stamp(at), "data": {"id": 5, "content": "x"}})

    def moved(self, number: int, old, new, at: int, field="stage_id"):
        self.flows[number].append({
            "object": "dealChange", "timestamp": old_stamp(at),
            "data": {"id": number * 10 + len(self.flows[number]), "item_id": number, "user_id": 1, "field_key": field,
                     "old_value": None if old is None else str(old), "new_value": str(new), "log_time": old_stamp(at),
                     "change_source": "app", "is_bulk_update_flag": None, "additional_data": {}}})

    def change(self):
        won, gone = self.v2["deals"][1], self.v2["deals"][0]
        at = self.now - 200
        won.update(status="won", won_time=stamp(at), close_time=stamp(at), update_time=stamp(at))
        self.moved(won["id"], "open", "won", at, "status")
        gone.update(status="deleted", is_deleted=True, update_time=stamp(at))

    def answer(self, request):
        if request.headers.get("x-api-token") != TOKEN:
            raise Refused(401, {"success": False, "error": f"unauthorized access: {request.headers.get('x-api-token')}",
                                "errorCode": 401})
        version, path = request.path.removeprefix("/api/").split("/", 1)
        if version == "v2" and path == "deals/products":
            wanted = request.get("deal_ids").split(",")
            assert len(wanted) <= 100
            lines = [{"id": int(deal) * 7, "deal_id": int(deal), "product_id": 9, "name": "PD Basic", "item_price": 100,
                      "quantity": 2, "sum": 200, "currency": "EUR", "discount": 0, "discount_type": "percentage",
                      "tax": 0, "tax_method": "inclusive", "is_enabled": True, "comments": "",
                      "product_variation_id": None, "add_time": stamp(self.at), "update_time": stamp(self.at)}
                     for deal in wanted if int(deal) != 309]
            return self.by_cursor(lines, request)
        if version == "v2" and path in self.v2:
            return self.by_cursor(self.listed(path, request), request)
        parts = path.split("/")
        if version == "v1" and len(parts) == 3 and parts[0] == "deals" and parts[2] == "flow":
            kinds = request.get("items").split(",")
            feed = [each for each in self.flows[int(parts[1])] if each["object"] in kinds]
            return self.by_start(feed, request)
        if version == "v1" and len(parts) == 3 and parts[0] == "deals" and parts[2] == "participants":
            return self.by_start([self.participant(int(parts[1]), i) for i in range(3)], request)
        if version == "v1" and path in self.v1:
            return self.by_start(self.v1[path], request)
        return None

    def participant(self, deal: int, i: int) -> dict:
        person = {"name": f"PD Person {i}", "email": [{"value": f"p{i}@pd.example", "primary": True}], "phone": [],
                  "active_flag": True, "value": 200 + i}
        return {"id": deal * 10 + i, "person_id": person, "related_item_type": "deal", "related_item_id": deal,
                "active_flag": True, "add_time": old_stamp(self.at), "add_user_id": {"id": 1, "name": "PD Seller 0"},
                "person": {"id": 200 + i, "name": f"PD Person {i}", "active_flag": True},
                "related_item_data": {"deal_id": deal, "title": f"PD {deal - 300}"}}

    def listed(self, path: str, request) -> list:
        found = self.v2[path]
        if path == "deals":
            kinds = (request.get("status") or "open,won,lost").split(",")
            found = [each for each in found if each["status"] in kinds]
        since = request.get("updated_since")
        if since:
            found = [each for each in found if each["update_time"] >= since]
        if request.get("sort_by") == "update_time":
            found = sorted(found, key=lambda each: (each["update_time"], each["id"]))
        return found

    def by_cursor(self, records: list, request):
        begin = int((request.get("cursor") or "c0")[1:])
        end = begin + self.page
        return {"success": True, "data": records[begin:end],
                "additional_data": {"next_cursor": f"c{end}" if end < len(records) else None}}

    def by_start(self, records: list, request):
        if request.path.endswith("/users"):
            return {"success": True, "data": records, "additional_data": {"pagination": None}}
        begin = int(request.get("start") or 0)
        end = begin + self.page
        pagination = {"start": begin, "limit": self.page, "more_items_in_collection": end < len(records)}
        if end < len(records):
            pagination["next_start"] = end
        return Answer({"success": True, "data": records[begin:end] or None, "additional_data": {"pagination": pagination}})
