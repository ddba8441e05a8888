"""https://docs.stripe.com/api: lists newest first, `starting_after`, `has_more`; events hold objects as they were."""

from replay import Answer, Refused

TOKEN = "rk_test_weir_0123456789"
SETTINGS = ""
DAY = 86_400

ALL = {"product": 1, "price": 1, "customer": 5, "subscription": 3, "subscription_item": 7, "invoice": 5,
       "invoice_line": 13, "charge": 5, "refund": 1, "dispute": 1}
MODEL = {
    "SELECT count(*) FROM scoped.account WHERE name LIKE 'Company %'": "5",
    "SELECT CAST(sum(total) AS BIGINT) FROM scoped.invoice WHERE number LIKE 'W-%'": "100",
    "SELECT count(*) FROM scoped.subscription_item": "5",
    "SELECT count(*) FROM scoped.invoice_line": "11",
    "SELECT string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM (SELECT kind, count(*) AS n FROM scoped.payment "
    "GROUP BY kind)": "charge 5, dispute 1, refund 1",
}
# Refunds and disputes of the last weeks are looked at again.
AGAIN = {name: 0 for name in ALL} | {"refund": 1, "dispute": 1}
CHANGED = AGAIN | {"customer": 1, "subscription": 1, "subscription_item": 1}
MODEL_CHANGED = {
    "SELECT string_agg(status || ' ' || n, ', ' ORDER BY status) FROM (SELECT status, count(*) AS n FROM "
    "scoped.subscription GROUP BY status)": "active 2, canceled 1",
    "SELECT count(*) FROM scoped.account WHERE name LIKE 'Company %'": "5",
}


def make(now: int):
    return Stripe(now)


def listed(data, has_more=False, url="/v1/x"):
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


class Stripe:
    page = 2  # records of a page, whatever is asked for

    def __init__(self, now: int):
        self.now = now
        self.lists = {name: [] for name in
                      ("products", "prices", "customers", "subscriptions", "invoices", "charges", "refunds", "disputes")}
        self.items = {}  # subscription -> all of its items
        self.lines = {}  # invoice -> all of its lines
        self.events = []
        self.fill()

    def fill(self):
        at = self.now - 40 * DAY
        self.lists["products"] = [{"id": "prod_A", "object": "product", "name": "Basic", "active": True, "created": at,
                                   "updated": at, "metadata": {}}]
        self.lists["prices"] = [{"id": "price_A", "object": "price", "product": "prod_A", "currency": "eur",
                                 "unit_amount": 2000, "type": "recurring", "active": True, "created": at,
                                 "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}]
        for i in range(5):
            self.customer(i, at + i * 60)
        for i in range(3):
            self.subscription(i, at + i * 60)
        for i in range(5):
            self.invoice(i, at + i * 60)
            self.lists["charges"].append({
                "id": f"ch_{i}", "object": "charge", "customer": f"cus_{i % 3}", "invoice": f"in_{i}", "amount": 2000,
                "amount_refunded": 0, "currency": "eur", "status": "succeeded", "refunded": False, "captured": True,
                "failure_code": None, "outcome": {"reason": None}, "payment_intent": f"pi_{i}", "created": at + i * 60})
        self.lists["refunds"] = [{"id": "re_0", "object": "refund", "charge": "ch_0", "amount": 500, "currency": "eur",
                                  "status": "succeeded", "reason": "requested_by_customer", "created": at + DAY}]
        self.lists["disputes"] = [{"id": "dp_0", "object": "dispute", "charge": "ch_1", "amount": 2000,
                                   "currency": "eur", "status": "needs_response", "reason": "fraudulent",
                                   "is_charge_refundable": False, "created": at + DAY}]

    def customer(self, i: int, at: int):
        self.lists["customers"].append({"id": f"cus_{i}", "object": "customer", "name": f"Company {i}",
                                        "email": f"pay@c{i}.example", "created": at, "currency": "eur",
                                        "address": {"country": "DE", "city": "Berlin"}, "metadata": {}})

    def item(self, subscription: int, n: int, at: int) -> dict:
        return {"id": f"si_{subscription}_{n}", "object": "subscription_item", "subscription": f"sub_{subscription}",
                "quantity": n + 1, "created": at, "price": self.lists["prices"][0]}

    def subscription(self, i: int, at: int):
        self.items[f"sub_{i}"] = [self.item(i, n, at) for n in range(3 if i == 0 else 1)]
        shown = self.items[f"sub_{i}"][:2]
        self.lists["subscriptions"].append({
            "id": f"sub_{i}", "object": "subscription", "customer": f"cus_{i}", "status": "active", "currency": "eur",
            "created": at, "start_date": at, "canceled_at": None, "cancel_at": None, "cancel_at_period_end": False,
            "ended_at": None, "trial_start": None, "trial_end": None, "current_period_start": at,
            "current_period_end": at + 30 * DAY, "metadata": {},
            "items": listed(shown, len(self.items[f"sub_{i}"]) > 2, f"/v1/subscription_items?subscription=sub_{i}")})

    def invoice(self, i: int, at: int):
        self.lines[f"in_{i}"] = [{
            "id": f"il_{i}_{n}", "object": "line_item", "amount": 1000, "currency": "eur", "quantity": 1,
            "description": "Basic", "proration": False, "subscription": f"sub_{i % 3}",
            "period": {"start": at, "end": at + 30 * DAY}, "price": self.lists["prices"][0]}
            for n in range(3 if i == 0 else 2)]
        shown = self.lines[f"in_{i}"][:2]
        self.lists["invoices"].append({
            "id": f"in_{i}", "object": "invoice", "number": f"W-{i}", "customer": f"cus_{i % 3}",
            "subscription": f"sub_{i % 3}", "status": "paid", "billing_reason": "subscription_cycle", "created": at,
            "due_date": None, "currency": "eur", "subtotal": 2000, "tax": None, "total": 2000, "amount_due": 2000,
            "amount_paid": 2000, "paid": True, "period_start": at, "period_end": at + 30 * DAY, "metadata": {},
            "status_transitions": {"finalized_at": at, "paid_at": at + 60, "voided_at": None},
            "lines": listed(shown, len(self.lines[f"in_{i}"]) > 2, f"/v1/invoices/in_{i}/lines")})

    def happened(self, kind: str, record: dict, at: int):
        """An event, and the object as it is from now on."""
        self.events.append({"id": f"evt_{len(self.events)}", "object": "event", "type": kind, "created": at,
                            "api_version": "2024-06-20", "data": {"object": dict(record)}})

    def change(self):
        """Of two events of a subscription the newer one counts."""
        subscription = self.lists["subscriptions"][1]
        self.happened("customer.subscription.updated", {**subscription, "status": "past_due"}, self.now - 60)
        subscription.update(status="canceled", ended_at=self.now - 50, canceled_at=self.now - 50)
        self.happened("customer.subscription.deleted", subscription, self.now - 50)
        self.happened("customer.updated", self.lists["customers"][0], self.now - 50)

    def answer(self, request):
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refused(401, {"error": {"message": "Invalid API Key provided: rk_test_***",
                                          "type": "invalid_request_error"}})
        if request.method != "GET":
            return Answer({"error": {"message": "only reads are answered here"}}, 405)
        parts = request.path.strip("/").split("/")
        if parts[:1] != ["v1"]:
            return None
        if len(parts) == 4 and parts[1] == "invoices" and parts[3] == "lines":
            return self.paged(self.lines[parts[2]], request, newest_first=False)
        if parts[1] == "subscription_items":
            return self.paged(self.items[request.get("subscription")], request, newest_first=False)
        if parts[1] == "events":
            kind = request.get("type")
            events = [e for e in self.events if e["type"] == kind or kind.endswith("*") and e["type"].startswith(kind[:-1])]
            return self.paged(events, request)
        return self.paged(self.lists[parts[1]], request) if parts[1] in self.lists else None

    def paged(self, records, request, newest_first=True):
        found = list(records)
        if newest_first:
            found.sort(key=lambda each: each["created"], reverse=True)
        since = request.get("created[gte]")
        if since:
            found = [each for each in found if each["created"] >= int(since)]
        after = request.get("starting_after")
        if after:
            places = [i for i, each in enumerate(found) if each["id"] == after]
            if not places:
                raise Refused(400, {"error": {"message": f"No such object: '{after}'", "code": "resource_missing"}})
            found = found[places[0] + 1:]
        size = min(self.page, int(request.get("limit", 10)))
        return listed(found[:size], len(found) > size, request.path)
