"""https://developer.zendesk.com/api-reference/ticketing/: incremental exports by cursor and by time; audits."""

import base64
from datetime import datetime, timezone

from replay import Refused

USER = "ann@acme.example"
TOKEN = "zd-token-0123456789"
SETTINGS = f'subdomain = "acme"\nuser = "{USER}"\n'

ALL = {"group": 3, "organization": 3, "user": 5, "ticket": 5, "ticket_audit": 15, "ticket_metric": 5,
       "satisfaction_rating": 3}
MODEL = {
    "SELECT count(*) FROM scoped.ticket WHERE solved_at IS NOT NULL": "5",
    "SELECT count(*) FROM scoped.event WHERE activity = 'ticket field status'": "15",
    "SELECT count(*) FROM scoped.message WHERE ticket_id IS NOT NULL": "10",
    "SELECT count(*) FROM scoped.survey_answer": "3",
}
# The last record of a stream by time comes again, and so does what has no stamp to ask by.
AGAIN = {name: 0 for name in ALL} | {"group": 3, "organization": 1, "ticket_metric": 5, "satisfaction_rating": 3}
CHANGED = AGAIN | {"group": 2, "ticket": 1, "ticket_audit": 4}
MODEL_CHANGED = {
    "SELECT status FROM scoped.ticket WHERE subject = 'Question 1'": "open",
    "SELECT count(*) FROM scoped.event WHERE activity = 'ticket field status'": "16",
    # A list of all there is says what is gone.
    "SELECT string_agg(name, ', ' ORDER BY name) FROM scoped.team WHERE department = 'support'": "Billing, Support",
}


def stamp(at: int) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def make(now: int):
    return Zendesk(now)


class Zendesk:
    page = 2

    def __init__(self, now: int):
        self.now = now
        at = now - 86_400 * 20
        self.groups = [{"id": 70 + i, "url": f"https://x/groups/{i}.json", "name": name, "deleted": False,
                        "description": "", "created_at": stamp(at), "updated_at": stamp(at)}
                       for i, name in enumerate(("Support", "Billing", "Second line"))]
        self.organizations = [{"id": 500 + i, "name": f"Customer {i}", "domain_names": [f"c{i}.example"],
                               "shared_tickets": False, "created_at": stamp(at), "updated_at": stamp(at + i * 60)}
                              for i in range(3)]
        self.users = [{"id": 10 + i, "name": f"Agent {i}" if i < 2 else f"Person {i}", "email": f"u{i}@c{i}.example",
                       "role": "agent" if i < 2 else "end-user", "organization_id": None if i < 2 else 500,
                       "active": True, "suspended": False, "created_at": stamp(at), "updated_at": stamp(at + i * 60)}
                      for i in range(5)]
        self.tickets, self.audits, self.metrics = [], {}, []
        for i in range(5):
            self.ticket(1 + i, at + 3600 + i * 60)
        self.ratings = [{"id": 900 + i, "ticket_id": 1 + i, "requester_id": 12, "assignee_id": 10, "group_id": 70,
                         "score": "good" if i else "bad", "comment": "", "created_at": stamp(at + 7200),
                         "updated_at": stamp(at + 7200)} for i in range(3)]

    def ticket(self, number: int, at: int):
        self.tickets.append({"id": number, "subject": f"Question {number}", "status": "solved", "priority": "normal",
                             "type": "question", "requester_id": 12, "assignee_id": 10, "group_id": 70,
                             "organization_id": 500, "via": {"channel": "email"}, "created_at": stamp(at - 3600),
                             "updated_at": stamp(at)})
        self.audits[number] = []
        self.audit(number, at - 3600, 12, [
            {"id": number * 1000 + 1, "type": "Comment", "author_id": 12, "body": "It does not work", "public": True},
            {"id": number * 1000 + 2, "type": "Create", "field_name": "status", "value": "new"}])
        self.audit(number, at - 1800, 10, [
            {"id": number * 1000 + 3, "type": "Comment", "author_id": 10, "body": "Now it does", "public": True},
            {"id": number * 1000 + 4, "type": "Change", "field_name": "status", "value": "open",
             "previous_value": "new"}])
        self.audit(number, at, 10, [{"id": number * 1000 + 5, "type": "Change", "field_name": "status",
                                     "value": "solved", "previous_value": "open"}])
        self.metrics.append({"id": 7000 + number, "ticket_id": number, "created_at": stamp(at - 3600),
                             "updated_at": stamp(at), "solved_at": stamp(at), "reopens": 0, "replies": 1,
                             "reply_time_in_minutes": {"calendar": 30, "business": 30}})

    def audit(self, ticket: int, at: int, author: int, events: list):
        self.audits[ticket].append({"id": ticket * 100 + len(self.audits[ticket]), "ticket_id": ticket,
                                    "created_at": stamp(at), "author_id": author, "via": {"channel": "web"},
                                    "metadata": {}, "events": events})

    def change(self):
        ticket = self.tickets[0]
        ticket.update(status="open", updated_at=stamp(self.now - 100))
        self.audit(1, self.now - 100, 12, [{"id": 1999, "type": "Change", "field_name": "status", "value": "open",
                                            "previous_value": "solved"}])
        self.groups.pop()

    def answer(self, request):
        wanted = "Basic " + base64.b64encode(f"{USER}/token:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != wanted:
            raise Refused(401, {"error": "Couldn't authenticate you"})
        path = request.path.removeprefix("/api/v2/").removesuffix(".json")
        if path in ("incremental/tickets/cursor", "incremental/users/cursor"):
            name = path.split("/")[1]
            return self.by_cursor(name, getattr(self, name), request)
        if path == "incremental/organizations":
            return self.by_time(request)
        if path.startswith("tickets/") and path.endswith("/audits"):
            return self.linked("audits", self.audits.get(int(path.split("/")[1])), request)
        lists = {"groups": self.groups, "ticket_metrics": self.metrics, "satisfaction_ratings": self.ratings}
        return self.linked(path, lists[path], request) if path in lists else None

    def by_cursor(self, name: str, records: list, request):
        """A cursor is the stamp and id of the last record that was given."""
        found = sorted(records, key=lambda each: (each["updated_at"], each["id"]))
        cursor = request.get("cursor")
        if cursor:
            at, number = cursor.split("|")
            found = [each for each in found if (each["updated_at"], each["id"]) > (at, int(number))]
        else:
            found = [each for each in found if seconds(each["updated_at"]) >= int(request.get("start_time"))]
        given = found[:self.page]
        last = f"{given[-1]['updated_at']}|{given[-1]['id']}" if given else cursor
        after = f"{self.url}/api/v2/incremental/{name}/cursor.json?cursor={last}" if last else None
        return {name: given, "after_url": after, "after_cursor": last, "before_url": None, "before_cursor": None,
                "end_of_stream": len(found) <= self.page}

    def by_time(self, request):
        """Pages begin with the moment at which the last one ended, so its last records come again."""
        since = int(request.get("start_time"))
        found = sorted((each for each in self.organizations if seconds(each["updated_at"]) >= since),
                       key=lambda each: each["updated_at"])
        given = found[:self.page]
        end = seconds(given[-1]["updated_at"]) if given else since
        return {"organizations": given, "count": len(given), "end_time": end, "end_of_stream": len(found) <= self.page,
                "next_page": f"{self.url}/api/v2/incremental/organizations.json?start_time={end}"}

    def linked(self, name: str, records, request):
        if records is None:
            raise Refused(404, {"error": "RecordNotFound", "description": "Not found"})
        begin = int(request.get("page[after]") or 0)
        end = begin + self.page
        more = end < len(records)
        link = f"{self.url}{request.path}?page%5Bsize%5D=100&page%5Bafter%5D={end}" if more else None
        return {name: records[begin:end], "meta": {"has_more": more, "after_cursor": str(end) if more else None},
                "links": {"next": link, "prev": None}}
