"""https://developers.hubspot.com/docs/api-reference: lists by `after`, the search, batches of histories and associations."""

import time

from replay import Answer, Refused, stamp, status

TOKEN = "pat-eu1-weir-0123456789abcdef"
SETTINGS = ('skip = ["meeting", "meeting_archived", "meeting_contact", "meeting_deal", "email", "email_archived", '
            '"email_contact", "email_deal", '
            '"ticket_property_history", "contact_property_history"]\nadd = { deal = ["region"] }\n')

ALL = {"owner": 1, "owner_archived": 1, "deal_pipeline": 1, "deal_pipeline_stage": 3, "ticket_pipeline": 1,
       "ticket_pipeline_stage": 1, "company": 3, "company_archived": 0, "contact": 3, "contact_archived": 1, "deal": 5,
       "deal_archived": 0, "deal_property_history": 15, "deal_contact": 5, "deal_company": 5, "ticket": 1,
       "ticket_archived": 0, "ticket_company": 1, "call": 1, "call_archived": 0, "call_contact": 1, "call_deal": 1,
       "task": 1, "task_archived": 0, "task_contact": 1, "task_deal": 1}
MODEL = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'HS %' GROUP BY stage)": "Contract 4, Won 1",
    "SELECT count(*) FROM scoped.deal_version WHERE stage = 'Qualified' AND deal_id IN "
    "(SELECT deal_id FROM scoped.deal WHERE name LIKE 'HS %')": "5",
    "SELECT DISTINCT account FROM scoped.deal WHERE name LIKE 'HS %'": "HS Company 0",
    "SELECT count(*) FROM scoped.person WHERE full_name LIKE 'HS Person %'": "3",
    "SELECT string_agg(kind || ' ' || coalesce(deal_id, ''), ', ' ORDER BY kind) FROM scoped.activity WHERE subject "
    "LIKE 'HS %'": "call hubspot:3000, task hubspot:3000",
}
# A list of changes begins ten minutes before the last one, by the clock of the service, and nothing was changed then.
AGAIN = {name: 0 for name in ALL} | {"owner": 1, "owner_archived": 1, "deal_pipeline": 1, "deal_pipeline_stage": 3,
                                     "ticket_pipeline": 1, "ticket_pipeline_stage": 1, "contact_archived": 1}
CHANGED = AGAIN | {"task_archived": 1, "deal": 1, "deal_archived": 1, "deal_property_history": 4, "deal_contact": 1, "deal_company": 1}
MODEL_CHANGED = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'HS %' GROUP BY stage)": "Contract 2, Won 2",
    "SELECT string_agg(kind, ', ') FROM scoped.activity WHERE subject LIKE 'HS %'": "call",
}
POSTS = ("POST /crm/objects/2026-03/deals/", "POST /crm/objects/2026-03/companies/search", "POST /crm/objects/2026-03/contacts/search",
         "POST /crm/objects/2026-03/tickets/search", "POST /crm/objects/2026-03/calls/search", "POST /crm/objects/2026-03/tasks/search",
         "POST /crm/associations/2026-03/")
LATER = ("deal", "deal_archived", "deal_property_history", "deal_company", "company", "call", "task_archived")
MAIN = "deal"
PAGES = r"/objects/2026-03/deals\?"
LIMIT = status(429, {"status": "error", "message": "You have reached your secondly limit.", "errorType": "RATE_LIMIT",
                     "policyName": "SECONDLY"}, Retry_After="0")


def make(now: int):
    return HubSpot(now)


class HubSpot:
    page = 2

    def __init__(self, now: int):
        self.now = now
        at = now - 86_400 * 20
        self.at = at
        self.lists = {name: [] for name in ("companies", "contacts", "deals", "tickets", "calls", "tasks")}
        self.archived = {name: [] for name in self.lists}
        self.histories = {}
        for i in range(3):
            self.put("companies", 1000 + i, at + i, name=f"HS Company {i}", domain=f"hs{i}.example",
                     hubspot_owner_id="77", industry="ENERGY")
            self.put("contacts", 2000 + i, at + i, firstname="HS", lastname=f"Person {i}", email=f"h{i}@hs{i}.example",
                     associatedcompanyid=str(1000 + i), lifecyclestage="opportunity", hubspot_owner_id="77")
        self.put("contacts", 2009, at, firstname="HS", lastname="Gone", email="gone@hs9.example")
        self.archive("contacts", 2009, at)
        for i in range(5):
            self.put("deals", 3000 + i, at + 7200 + i, dealname=f"HS {i}", pipeline="default", amount="1000.50",
                     dealstage="st3" if i == 2 else "st2", deal_currency_code="EUR", hubspot_owner_id="77",
                     createdate=stamp(at), closedate=stamp(at + 9e5), hs_is_closed_won=str(i == 2).lower(),
                     hs_is_closed=str(i == 2).lower(), hs_primary_associated_company="1000", region="North")
            self.histories[str(3000 + i)] = {
                "dealstage": [self.version("st3" if i == 2 else "st2", at + 7200), self.version("st1", at)],
                "amount": [self.version("1000.50", at)], "closedate": []}
        self.put("tickets", 4000, at, subject="HS ticket", hs_pipeline="0", hs_pipeline_stage="1")
        self.put("calls", 5000, at, hs_timestamp=stamp(at), hs_call_title="HS call", hs_call_direction="OUTBOUND",
                 hs_call_duration="60000", hubspot_owner_id="77")
        self.put("tasks", 6000, at, hs_timestamp=stamp(at), hs_task_subject="HS task", hs_task_status="COMPLETED",
                 hs_task_completion_date=stamp(at + 60), hubspot_owner_id="77")

    def put(self, kind: str, number: int, at: int, **properties):
        changed = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
        self.lists[kind].append({"id": str(number), "createdAt": stamp(self.at), "updatedAt": stamp(at),
                                 "archived": False, "properties": {
                                     "hs_object_id": str(number), "createdate": stamp(self.at), changed: stamp(at),
                                     **properties}})

    def archive(self, kind: str, number: int, at: int):
        gone = next(each for each in self.lists[kind] if each["id"] == str(number))
        self.lists[kind].remove(gone)
        self.archived[kind].append({**gone, "archived": True, "archivedAt": stamp(at), "updatedAt": stamp(at)})

    @staticmethod
    def version(value: str, at: int) -> dict:
        return {"value": value, "timestamp": stamp(at, "%Y-%m-%dT%H:%M:%S.000Z"), "sourceType": "CRM_UI",
                "sourceId": "userId:55", "updatedByUserId": 55}

    def change(self):
        deal = self.lists["deals"][1]
        at = int(time.time())
        deal["properties"].update(dealstage="st3", hs_is_closed="true", hs_is_closed_won="true",
                                  closedate=stamp(self.now), hs_lastmodifieddate=stamp(at))
        self.histories["3001"]["dealstage"].insert(0, self.version("st3", self.now))
        self.archive("deals", 3000, at)
        self.archive("tasks", 6000, at)

    def answer(self, request):
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, {"status": "error", "category": "EXPIRED_AUTHENTICATION",
                                "message": f"The token {request.headers.get('authorization')} expired."})
        said = self.said(request)
        if said is None:
            return None
        return Answer(said, headers={"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "240000"})

    def said(self, request):
        parts = request.path.strip("/").split("/")
        if request.path == "/crm/owners/2026-03":
            is_gone = request.get("archived") == "true"
            return self.paged([{"id": "78" if is_gone else "77", "email": f"s{is_gone}@acme.example", "firstName": "HS",
                                "lastName": "Seller", "userId": 55, "type": "PERSON", "archived": is_gone,
                                "createdAt": stamp(self.at), "updatedAt": stamp(self.at)}], request.get("after"))
        if parts[:3] == ["crm", "pipelines", "2026-03"]:
            return {"results": [self.pipeline(parts[3])]}
        if parts[:3] == ["crm", "associations", "2026-03"] and parts[5:] == ["batch", "read"]:
            return self.associations(parts[3], parts[4], request.json())
        if parts[:3] != ["crm", "objects", "2026-03"] or parts[3] not in self.lists:
            return None
        if request.method == "GET" and len(parts) == 4:
            found = (self.archived if request.get("archived") == "true" else self.lists)[parts[3]]
            wanted = request.get("properties").split(",")
            return self.paged([self.shown(each, wanted) for each in found], request.get("after"))
        if request.method == "POST" and parts[4:] == ["search"]:
            return self.search(parts[3], request.json())
        if request.method == "POST" and parts[4:] == ["batch", "read"]:
            return self.batch(request.json())
        return None

    @staticmethod
    def shown(record: dict, wanted: list) -> dict:
        return {**record, "properties": {name: record["properties"].get(name) for name in [*wanted, "hs_object_id"]}}

    def paged(self, records: list, after):
        begin = int(after or 0)
        end = begin + self.page
        body = {"results": records[begin:end]}
        if end < len(records):
            body["paging"] = {"next": {"after": str(end), "link": f"{self.url}/x?after={end}"}}
        return body

    def search(self, kind: str, said: dict):
        (group,) = said["filterGroups"]
        filtered, beyond = group["filters"]
        name = filtered["propertyName"]
        assert filtered["operator"] == "GTE" and beyond["operator"] == "GT" and beyond["propertyName"] == "hs_object_id"
        assert said["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        assert said["limit"] <= 200 and name == ("lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate")
        since = stamp(int(filtered["value"]) / 1000)
        found = sorted((each for each in self.lists[kind]
                        if each["properties"][name] >= since and int(each["id"]) > int(beyond["value"])),
                       key=lambda each: int(each["id"]))
        return {"total": len(found),
                **self.paged([self.shown(each, said["properties"]) for each in found], said.get("after"))}

    def batch(self, said: dict):
        assert len(said["inputs"]) <= 50
        results = []
        for each in said["inputs"]:
            kept = self.histories[each["id"]]
            results.append({"id": each["id"], "properties": {"hs_object_id": each["id"]}, "archived": False,
                            "propertiesWithHistory": {name: kept.get(name, []) for name in said["propertiesWithHistory"]}})
        return {"status": "COMPLETE", "results": results}

    def associations(self, kind: str, to: str, said: dict):
        number = {"contacts": 2000, "companies": 1000, "deals": 3000}[to]
        return Answer({"status": "COMPLETE", "results": [
            {"from": {"id": each["id"]}, "to": [{"toObjectId": number, "associationTypes": [
                {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}]}]} for each in said["inputs"]]}, 207).body

    def pipeline(self, kind: str) -> dict:
        stages = [("1", "New", {"ticketState": "OPEN", "isClosed": "false"})] if kind == "tickets" else [
            ("st1", "Qualified", {"isClosed": "false", "probability": "0.2"}),
            ("st2", "Contract", {"isClosed": "false", "probability": "0.9"}),
            ("st3", "Won", {"isClosed": "true", "probability": "1.0"})]
        both = {"archived": False, "createdAt": stamp(self.at), "updatedAt": stamp(self.at)}
        return {"id": "0" if kind == "tickets" else "default", "label": "Support" if kind == "tickets" else "Sales",
                "displayOrder": 0, "stages": [{"id": key, "label": label, "displayOrder": i, "metadata": metadata, **both}
                                              for i, (key, label, metadata) in enumerate(stages)], **both}
