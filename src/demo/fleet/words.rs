//! Names of made-up services.

/// What a company does.
pub(super) const AREAS: [&str; 24] = [
    "account",
    "booking",
    "cart",
    "claims",
    "contract",
    "credit",
    "customer",
    "delivery",
    "device",
    "document",
    "event",
    "finance",
    "inventory",
    "invoice",
    "loyalty",
    "market",
    "member",
    "order",
    "partner",
    "product",
    "refund",
    "shipment",
    "tariff",
    "voucher",
];

/// What is done with it.
pub(super) const SUBJECTS: [&str; 42] = [
    "address", "alert", "archive", "audit", "balance", "batch", "cache", "capacity", "change", "check",
    "consent", "content", "cost", "digest", "export", "feed", "forecast", "history", "identity", "import",
    "index", "label", "limit", "lookup", "match", "media", "price", "profile", "quota", "quote", "rating",
    "report", "review", "risk", "rule", "search", "session", "status", "summary", "tax", "track", "usage",
];

/// The last part of a name, and the archetype that it stands for.
pub(super) const ROLES: [(&str, &str); 8] = [
    ("api", "api"),
    ("worker", "listener"),
    ("service", "api"),
    ("stream", "streaming"),
    ("backend", "api"),
    ("scheduler", "scheduler"),
    ("listener", "listener"),
    ("job", "job"),
];

/// Owners.
pub(super) const TEAMS: [&str; 6] = ["accounts", "discovery", "messaging", "orders", "payments", "risk"];
