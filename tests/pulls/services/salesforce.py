"""https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/: queryAll, the address of the next records,
sessions that end, the budget of a day."""

import re
from urllib.parse import parse_qs

from replay import Answer, Refused, stamp, status

CLIENT = "3MVG9.weir.consumer"
TOKEN = "sf-secret-0123456789ABCDEF"   # of the app; sessions carry it within, so that it is looked for everywhere
SETTINGS = 'host = "acme.my.salesforce.com"\nsince = 2020-01-01\nadd = { opportunity = ["Region__c"] }\n'

ALL = {"user_role": 1, "user": 2, "opportunity_stage": 3, "account": 3, "contact": 3, "campaign": 1, "lead": 3,
       "campaign_member": 1, "product": 1, "opportunity": 6, "opportunity_history": 11, "opportunity_field_history": 1,
       "lead_history": 1, "account_history": 0, "contact_history": 0, "opportunity_line_item": 2,
       "opportunity_contact_role": 1, "task": 3, "event": 1, "case": 1, "contract": 0}
MODEL = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'SF %' GROUP BY stage)": "Closed Lost 1, Closed Won 1, Proposal 3",
    "SELECT CAST(sum(amount) AS BIGINT) FROM scoped.deal WHERE name LIKE 'SF %'": "5000",
    "SELECT count(*) FROM scoped.deal_version WHERE stage = 'Prospecting' AND deal_id IN "
    "(SELECT deal_id FROM scoped.deal WHERE name LIKE 'SF %')": "5",
    "SELECT count(*) FROM scoped.account WHERE name LIKE 'SF Company %'": "3",
    "SELECT count(*) FROM scoped.lead WHERE full_name LIKE 'SF Lead %'": "3",
    "SELECT string_agg(kind, ',' ORDER BY kind) FROM scoped.activity WHERE subject LIKE 'SF %'":
        "call,email,meeting,task",
}
# What has one stamp comes again with the records of the last minute before it.
AGAIN = {name: 0 for name in ALL} | {"user_role": 1, "user": 2, "opportunity_stage": 3, "account": 1, "contact": 1,
                                     "campaign": 1, "lead": 1, "campaign_member": 1, "product": 1, "opportunity": 1,
                                     "opportunity_history": 1, "opportunity_field_history": 1, "lead_history": 1,
                                     "opportunity_line_item": 2, "opportunity_contact_role": 1, "task": 1, "event": 1,
                                     "case": 1}
CHANGED = AGAIN | {"opportunity": 3, "opportunity_history": 2}
MODEL_CHANGED = {
    "SELECT string_agg(stage || ' ' || n, ', ' ORDER BY stage) FROM (SELECT stage, count(*) AS n FROM scoped.deal WHERE "
    "name LIKE 'SF %' GROUP BY stage)": "Closed Lost 1, Closed Won 2, Proposal 1",
    "SELECT count(*) FROM scoped.deal WHERE name = 'SF 0'": "0",
}
POSTS = ("POST /services/oauth2/token",)
LATER = ("opportunity", "opportunity_history", "lead_history")
MAIN = "opportunity"
PAGES = r"FROM%20Opportunity%20|/query/01gOpportunity-"
LIMIT = status(403, [{"message": "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
                      "errorCode": "REQUEST_LIMIT_EXCEEDED"}], Retry_After="0")
REFUSED = ("gives no token", "invalid_client", "Check what the file of the token holds")


def token(url: str) -> str:
    return f"client_id = '{CLIENT}'\nclient_secret = '{TOKEN}'\n"


def moment(at: int) -> str:
    return stamp(at, "%Y-%m-%dT%H:%M:%S.000+0000")


def make(now: int):
    return Salesforce(now)


class Salesforce:
    page = 2
    session_requests = 9   # a session ends after so many

    def __init__(self, now: int):
        self.now = now
        self.at = now - 86_400 * 20
        self.sessions = {}   # -> requests
        self.locators = {}
        self.used, self.most = 100, 15_000
        at = self.at
        user = "005000000000001AAA"
        self.tables = {name: [] for name in (
            "UserRole", "User", "OpportunityStage", "Account", "Contact", "Campaign", "Lead", "CampaignMember", "Product2",
            "Opportunity", "OpportunityHistory", "OpportunityFieldHistory", "LeadHistory", "OpportunityLineItem",
            "OpportunityContactRole", "Task", "Event", "Case", "Contract", "AccountHistory")}
        self.put("UserRole", "00E", 0, at, Name="Sales", ParentRoleId=None, DeveloperName="Sales")
        for i in range(2):
            self.put("User", "005", i + 1, at, Name=f"SF Seller {i}", Email=f"sf{i}@acme.example", Username=f"sf{i}@acme",
                     UserRoleId="00E000000000000AAA", IsActive=True, UserType="Standard", ManagerId=None)
        for i, (name, is_closed, is_won) in enumerate((("Prospecting", False, False), ("Proposal", False, False),
                                                       ("Closed Won", True, True))):
            self.put("OpportunityStage", "01J", i, at, ApiName=name, MasterLabel=name, SortOrder=i, IsClosed=is_closed,
                     IsWon=is_won, IsActive=True, DefaultProbability=10.0)
        for i in range(3):
            self.put("Account", "001", i, at + i * 3600, Name=f"SF Company {i}", Website=f"sf{i}.example",
                     Industry="Energy", OwnerId=user, MasterRecordId=None, Type="Prospect", Phone=None,
                     BillingAddress={"city": "Berlin", "country": "Germany"})
            self.put("Contact", "003", i, at + i * 3600, FirstName="SF", LastName=f"Person {i}", Name=f"SF Person {i}",
                     Email=f"p{i}@sf{i}.example", AccountId=f"00100000000000{i}AAA", OwnerId=user, MasterRecordId=None)
            self.put("Lead", "00Q", i, at + i * 3600, FirstName="SF", LastName=f"Lead {i}", Name=f"SF Lead {i}",
                     Company=f"SF Newcomer {i}", Email=f"l{i}@new{i}.example", Status="Open", LeadSource="Web",
                     OwnerId=user, IsConverted=False, ConvertedDate=None, MasterRecordId=None)
            self.put("Task", "00T", i, at + i * 3600, Subject=f"SF task {i}", Status="Completed", IsClosed=True,
                     TaskSubtype=("Task", "Call", "Email")[i], WhoId="003000000000000AAA", WhatId="006000000000001AAA",
                     AccountId="001000000000000AAA", OwnerId=user, ActivityDate=moment(at)[:10],
                     CompletedDateTime=moment(at), IsRecurrence=False, CallDurationInSeconds=None, Type=None)
        self.put("Event", "00U", 0, at, Subject="SF meeting", StartDateTime=moment(at), EndDateTime=moment(at + 1800),
                 WhoId="003000000000000AAA", WhatId="006000000000001AAA", OwnerId=user, IsChild=False,
                 IsRecurrence=False, DurationInMinutes=30, AccountId=None, Type="Meeting", ActivityDateTime=moment(at))
        self.put("Campaign", "701", 0, at, Name="SF Fair", Type="Event", Status="Completed", StartDate=moment(at)[:10],
                 EndDate=None, BudgetedCost=1000.0, ActualCost=900.0, OwnerId=user)
        self.put("CampaignMember", "00v", 0, at, CampaignId="701000000000000AAA", LeadId="00Q000000000000AAA",
                 ContactId=None, Status="Responded", HasResponded=True, FirstRespondedDate=moment(at)[:10])
        self.put("Product2", "01t", 0, at, Name="SF Basic", ProductCode="B", Family="Plans", IsActive=True)
        self.put("Case", "500", 0, at, CaseNumber="00001", Subject="SF question", Status="New", Origin="Email",
                 Priority="Low", AccountId="001000000000000AAA", ContactId=None, OwnerId=user, IsClosed=False,
                 ClosedDate=None, Type=None)
        for i in range(6):
            stage = ("Proposal", "Proposal", "Closed Won", "Closed Lost", "Proposal", "Proposal")[i]
            self.put("Opportunity", "006", i, at + 7200 + i * 3600, Name=f"SF {i}", AccountId="001000000000000AAA",
                     OwnerId=user, StageName=stage, Amount=1000.0, Probability=50.0, CloseDate=moment(at + 9e5)[:10],
                     IsClosed=stage.startswith("Closed"), IsWon=stage == "Closed Won", LeadSource="Web", CampaignId=None,
                     Type="New Customer", ForecastCategoryName="Pipeline", NextStep=None, Region__c="North",
                     CreatedDate=moment(at))
            if i == 5:
                self.tables["Opportunity"][i]["IsDeleted"] = True
            self.history(i, "Prospecting", at + 3600 + i)
            if i < 5:
                self.history(i, stage, at + 7200 + i * 3600)
        self.put("OpportunityFieldHistory", "017", 0, at + 7200, OpportunityId="006000000000001AAA", Field="Amount",
                 DataType="Currency", OldValue=500.0, NewValue=1000.0, CreatedById=user)
        self.put("LeadHistory", "017", 1, at + 7200, LeadId="00Q000000000000AAA", Field="Status", DataType="Text",
                 OldValue="New", NewValue="Open", CreatedById=user)
        for i in range(2):
            self.put("OpportunityLineItem", "00k", i, at, OpportunityId="006000000000001AAA",
                     Product2Id="01t000000000000AAA", Name="SF 1 SF Basic", ProductCode="B", Quantity=1.0, UnitPrice=500.0,
                     TotalPrice=500.0)
        self.put("OpportunityContactRole", "00K", 0, at, OpportunityId="006000000000001AAA",
                 ContactId="003000000000000AAA", Role="Decision Maker", IsPrimary=True)

    def put(self, table: str, prefix: str, number: int, at: int, **fields):
        record = {"attributes": {"type": table, "url": f"/services/data/v60.0/sobjects/{table}/{prefix}"},
                  "Id": f"{prefix}{number:012}AAA", "CreatedDate": moment(at)}
        if not table.endswith("History") or table == "OpportunityHistory":
            record["SystemModstamp"] = moment(at)
        if not table.endswith("History"):
            record["LastModifiedDate"] = moment(at)
        if table not in ("User", "UserRole", "OpportunityStage"):
            record["IsDeleted"] = False
        self.tables[table].append(record | fields)

    def history(self, i: int, stage: str, at: int):
        self.put("OpportunityHistory", "008", len(self.tables["OpportunityHistory"]), at,
                 OpportunityId=f"006{i:012}AAA", StageName=stage, Amount=1000.0, ExpectedRevenue=500.0,
                 Probability=50.0, CloseDate=moment(at + 9e5)[:10], ForecastCategory="Pipeline", CreatedById="005000000000001AAA")

    def change(self):
        gone, won = self.tables["Opportunity"][0], self.tables["Opportunity"][1]
        at = moment(self.now - 200)
        gone.update(IsDeleted=True, SystemModstamp=at, LastModifiedDate=at)
        won.update(StageName="Closed Won", IsClosed=True, IsWon=True, SystemModstamp=at, LastModifiedDate=at)
        self.history(1, "Closed Won", self.now - 200)

    def answer(self, request):
        if request.path == "/services/oauth2/token":
            return self.session(request)
        asked = self.sessions.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if asked is None or asked[0] >= self.session_requests:
            raise Refused(401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])
        asked[0] += 1
        self.used += 1
        if request.path.startswith("/services/data/v60.0/query/"):
            locator = request.path.split("/")[-1]
            name, begin = locator.removeprefix("01g").split("-")
            if name not in self.locators:
                raise Refused(400, [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}])
            return self.paged(name, int(begin))
        if request.path != "/services/data/v60.0/queryAll":
            return None
        return self.query(request.get("q"))

    def session(self, request):
        said = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if said.get("client_secret") != TOKEN or said.get("client_id") != CLIENT:
            return Answer({"error": "invalid_client", "error_description": "invalid client credentials: "
                           + said.get("client_secret", "")}, 400)
        assert said["grant_type"] == "client_credentials"
        name = f"00D!{TOKEN}.{len(self.sessions)}"
        self.sessions[name] = [0]
        return {"access_token": name, "instance_url": self.url, "token_type": "Bearer", "issued_at": "0"}

    def query(self, soql: str):
        parts = re.fullmatch(r"SELECT (.+) FROM (\w+)(?: WHERE (\w+) >= (\S+) ORDER BY (\w+))?", soql)
        fields, table, stamp_field, since, order = parts.groups()
        if table not in self.tables:
            raise Refused(400, [{"message": f"sObject type '{table}' is not supported.", "errorCode": "INVALID_TYPE"}])
        found = self.tables[table]
        named = [field.strip() for field in fields.split(",") if not field.strip().startswith("FIELDS")]
        known = set().union(*found) if found else set(named)
        for field in [*named, *filter(None, (stamp_field, order))]:
            if found and field not in known:
                raise Refused(400, [{"message": f"No such column '{field}' on entity '{table}'",
                                     "errorCode": "INVALID_FIELD"}])
        if since:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", since), since
            found = sorted((each for each in found if each[stamp_field] >= since.replace("Z", ".000+0000")),
                           key=lambda each: each[order])
        is_standard = "FIELDS(STANDARD)" in fields
        self.locators[table] = [{key: value for key, value in each.items() if key in ("attributes", *named) or is_standard
                                 and not key.endswith("__c")} for each in found]
        return self.paged(table, 0)

    def paged(self, table: str, begin: int):
        found = self.locators[table]
        end = begin + self.page
        body = {"totalSize": len(found), "done": end >= len(found), "records": found[begin:end]}
        if end < len(found):
            body["nextRecordsUrl"] = f"/services/data/v60.0/query/01g{table}-{end}"
        return Answer(body, headers={"Sforce-Limit-Info": f"api-usage={self.used}/{self.most}"})
