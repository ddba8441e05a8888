#include "docgen/openapi_fixed.h"

namespace weir::docgen {

std::string_view FixedOpenApi() {
  return R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Weir",
    "version": "",
    "description": "Every analysis is a GET, every action a POST, both under /api/v1 by their id. A result says by which definition, as of when, and from which data version it was made, and with explain lists the rows behind any of its own. What takes longer than two seconds answers 202 and goes on as a job. Refusals are problem documents (RFC 9457)."
  },
  "servers": [{"url": "http://127.0.0.1:7979", "description": "The default of weir serve"}],
  "security": [],
  "paths": {
    "/healthz": {"get": {"operationId": "healthz", "summary": "The process answers", "tags": ["server"],
      "responses": {"200": {"description": "It does"}}}},
    "/readyz": {"get": {"operationId": "readyz", "summary": "The model can be read", "tags": ["server"],
      "responses": {"200": {"description": "It can"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/metrics": {"get": {"operationId": "prometheus", "summary": "Figures of the server in the text form of Prometheus", "tags": ["server"],
      "responses": {"200": {"description": "Figures", "content": {"text/plain": {"schema": {"type": "string"}}}}}}},
    "/api/openapi.json": {"get": {"operationId": "openapi", "summary": "This document", "tags": ["server"],
      "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}}},
    "/api/v1/catalog": {"get": {"operationId": "catalog", "summary": "Everything that can be asked and done", "tags": ["server"],
      "responses": {"200": {"description": "Analyses and actions with their parameters and tables", "content": {"application/json": {"schema": {"type": "object", "required": ["analyses"], "properties": {"analyses": {"type": "array", "items": {"type": "object"}}}}}}}}}},
    "/api/v1/session": {"get": {"operationId": "session", "summary": "Who asks, and the token that changes need", "tags": ["server"],
      "responses": {"200": {"description": "The session; a new one comes with its cookie", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Session"}}}}}}},
    "/api/v1/login": {"post": {"operationId": "login", "summary": "Sign in; the answer brings the cookie of a new session", "tags": ["access"],
      "description": "Where there are accounts. 401 does not tell whether the account exists; 429 with Retry-After while too many attempts have failed.",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["user", "password"], "properties": {"user": {"type": "string", "description": "Name or e-mail"}, "password": {"type": "string"}}}}}},
      "responses": {"200": {"description": "Signed in"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/logout": {"post": {"operationId": "logout", "summary": "End this session", "tags": ["access"], "security": [{"session": [], "token": []}],
      "responses": {"200": {"description": "Signed out"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/sessions": {"get": {"operationId": "sessions", "summary": "Where one is signed in", "tags": ["access"],
      "responses": {"200": {"description": "The newest use first", "content": {"application/json": {"schema": {"type": "object", "required": ["sessions"], "properties": {"sessions": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"}, "last_used_at": {"type": "string", "format": "date-time"}, "address": {"type": "string"}, "agent": {"type": "string"}, "is_this": {"type": "boolean"}}}}}}}}}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/sessions/{id}": {"delete": {"operationId": "endSession", "summary": "End one of one's sessions", "tags": ["access"], "security": [{"session": [], "token": []}],
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {"200": {"description": "It has ended"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/password": {"post": {"operationId": "password", "summary": "Change one's password, or set somebody's", "tags": ["access"], "security": [{"session": [], "token": []}],
      "description": "Without user it is one's own and needs the present one. With user it needs the right users; left empty, a password is made and told once.",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {"user": {"type": "string"}, "present": {"type": "string"}, "password": {"type": "string"}}}}}},
      "responses": {"200": {"description": "It is set", "content": {"application/json": {"schema": {"type": "object", "properties": {"password": {"type": "string", "description": "The one that was made"}}}}}}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/preferences": {"post": {"operationId": "preferences", "summary": "Keep language and theme with one's account", "tags": ["access"], "security": [{"session": [], "token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {"language": {"type": "string", "enum": ["", "en", "ru"]}, "theme": {"type": "string", "enum": ["", "auto", "light", "dark"]}}}}}},
      "responses": {"200": {"description": "Kept"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/exports": {"post": {"operationId": "exported", "summary": "Note in the audit log that a table is saved", "tags": ["access"], "security": [{"session": [], "token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["page"], "properties": {"page": {"type": "string", "description": "The path of the page, without its query"}}}}}},
      "responses": {"200": {"description": "Noted; 403 without the right export"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/live": {"get": {"operationId": "live", "summary": "News as server-sent events", "tags": ["server"],
      "description": "Event hello at the beginning, data when the data version has risen, job when a job has moved.",
      "responses": {"200": {"description": "A stream without end", "content": {"text/event-stream": {"schema": {"type": "string"}}}}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/batch": {"post": {"operationId": "batch", "summary": "Several analyses at one moment and data version", "tags": ["server"],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}}},
      "responses": {"200": {"description": "One answer a question, in their order", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchResult"}}}}, "202": {"$ref": "#/components/responses/Accepted"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/jobs": {"get": {"operationId": "jobs", "summary": "Jobs that run or ran lately", "tags": ["jobs"],
      "responses": {"200": {"description": "The newest first, without results", "content": {"application/json": {"schema": {"type": "object", "required": ["jobs"], "properties": {"jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}}}}}}}}},
    "/api/v1/jobs/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "get": {"operationId": "job", "summary": "One job with its result", "tags": ["jobs"],
        "responses": {"200": {"description": "The job", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}, "default": {"$ref": "#/components/responses/Problem"}}},
      "delete": {"operationId": "cancel", "summary": "Stop a job", "tags": ["jobs"], "security": [{"session": [], "token": []}],
        "responses": {"202": {"description": "It was told to stop", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/uploads": {"post": {"operationId": "upload", "summary": "Send one file for a later import", "tags": ["sources"], "security": [{"session": [], "token": []}],
      "parameters": [{"name": "X-File-Name", "in": "header", "required": true, "description": "Its name, percent-encoded UTF-8", "schema": {"type": "string"}}],
      "requestBody": {"required": true, "content": {"application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}},
      "responses": {"201": {"description": "The upload", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Upload"}}}}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/uploads/{id}": {"delete": {"operationId": "dropUpload", "summary": "Forget an upload", "tags": ["sources"], "security": [{"session": [], "token": []}],
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {"204": {"description": "It is gone"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/uploads/{id}/sheet": {"post": {"operationId": "readSheet", "summary": "A table of an upload as text, for metrics.conflict", "tags": ["sources"], "security": [{"session": [], "token": []}],
      "description": "The file is read as an import reads it, in whatever form and encoding. Needs the right import; nothing is written.",
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "requestBody": {"required": false, "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false, "properties": {"part": {"type": "string", "description": "Sheet, member or list of a file that holds several tables"}}}}}},
      "responses": {"200": {"description": "The table", "content": {"application/json": {"schema": {"type": "object", "required": ["name", "sheet"], "properties": {"name": {"type": "string"}, "sheet": {"type": "string", "description": "A header and rows, cells between tabs"}}}}}}, "202": {"$ref": "#/components/responses/Accepted"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/uploads/{id}/proposal": {"post": {"operationId": "proposeMapping", "summary": "A mapping to the generic form for an upload that nothing recognises", "tags": ["sources"], "security": [{"session": [], "token": []}],
      "description": "What its columns hold, which record table its rows seem to be of, which field each column feeds and why, and the dry run of that draft. Needs the right import; nothing is written.",
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "requestBody": {"required": false, "content": {"application/json": {"schema": {"type": "object", "additionalProperties": false, "properties": {"part": {"type": "string", "description": "Sheet, member or list of a file that holds several tables, by its title in an import"}, "table": {"type": "string", "description": "What the rows are; left out, the likeliest"}, "source": {"type": "string", "description": "Name of the system; left out, by the name of the file"}}}}}},
      "responses": {"200": {"description": "The proposal", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Proposal"}}}}, "202": {"$ref": "#/components/responses/Accepted"}, "default": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/uploads/{id}/trial": {"post": {"operationId": "tryMapping", "summary": "A draft of a mapping, tried on the first rows of an upload", "tags": ["sources"], "security": [{"session": [], "token": []}],
      "description": "In a store of its own that is gone afterwards. Save what is good with POST /api/v1/sources.map and its toml. Needs the right import.",
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["draft"], "additionalProperties": false, "properties": {"part": {"type": "string"}, "draft": {"$ref": "#/components/schemas/MappingDraft"}}}}}},
      "responses": {"200": {"description": "What the rows become", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Trial"}}}}, "202": {"$ref": "#/components/responses/Accepted"}, "default": {"$ref": "#/components/responses/Problem"}}}}
  },
  "components": {
    "securitySchemes": {
      "session": {"type": "apiKey", "in": "cookie", "name": "weir_session_7979", "description": "Given by GET /api/v1/session; the name ends in the port"},
      "token": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "Given with the session. A program without a cookie needs neither, and sends JSON as application/json."}
    },
    "parameters": {
      "as_of": {"name": "as_of", "in": "query", "description": "What was true at this moment: an instant, or a date for the end of that day. Default: the newest moment in the data", "schema": {"type": "string"}},
      "in_currency": {"name": "in_currency", "in": "query", "description": "Amounts in this currency of the setting display_currencies, each converted at its own day", "schema": {"type": "string", "pattern": "^[A-Z]{3}$"}},
      "export": {"name": "export", "in": "query", "description": "true where the answer is saved as a list: people who refused to be written to or called are left out, and counted in the warning no_consent", "schema": {"type": "boolean", "default": false}},
      "known_at": {"name": "known_at", "in": "query", "description": "Only what was known at this data version", "schema": {"type": "integer", "format": "int64", "minimum": 0}},
      "table": {"name": "table", "in": "query", "description": "Only this table of the result", "schema": {"type": "string"}},
      "limit": {"name": "limit", "in": "query", "description": "At most so many rows a table", "schema": {"type": "integer", "minimum": 1, "maximum": 1000000}},
      "cursor": {"name": "cursor", "in": "query", "description": "next_cursor of the page before", "schema": {"type": "string"}},
      "sort": {"name": "sort", "in": "query", "description": "A column, or -column for the other way round; ties by key", "schema": {"type": "string"}},
      "seed": {"name": "seed", "in": "query", "description": "Seed of whatever is random", "schema": {"type": "integer", "minimum": 0, "default": 0}},
      "lang": {"name": "lang", "in": "query", "description": "Language of the reader: a refusal is told in it, else as Accept-Language says; results and refusals carry both", "schema": {"type": "string", "enum": ["en", "ru"]}},
      "explain": {"name": "explain", "in": "query", "description": "TABLE:KEY lists the canonical rows and source records behind a row; KEY is the values of the key columns, each percent-encoded, joined by |", "schema": {"type": "string"}},
      "data_version": {"name": "data_version", "in": "query", "description": "The data version of the result that is explained; 409 if it is not the present one", "schema": {"type": "integer", "format": "int64"}}
    },
    "responses": {
      "Accepted": {"description": "It takes longer than two seconds and goes on as a job",
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"type": "object", "required": ["job", "status"], "properties": {"job": {"type": "string"}, "status": {"type": "string", "description": "Where to ask for it"}}}}}},
      "Problem": {"description": "A refusal (RFC 9457)", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    },
    "schemas": {
      "Problem": {"type": "object", "required": ["type", "title", "status", "detail", "code"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "code": {"type": "string", "enum": ["bad_usage", "bad_input", "not_found", "not_enough_data", "conflict", "forbidden", "unauthenticated", "too_large", "busy", "cancelled", "unavailable", "bug"]},
        "field": {"type": "string", "description": "The parameter that it is about"}, "hint": {"type": "string", "description": "How to mend it"},
        "file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"}, "request_id": {"type": "string"},
        "words": {"type": "object", "description": "Title, detail and hint in each language", "properties": {"en": {"$ref": "#/components/schemas/Words"}, "ru": {"$ref": "#/components/schemas/Words"}}}}},
      "Words": {"type": "object", "required": ["title", "detail"], "properties": {"title": {"type": "string"}, "detail": {"type": "string"}, "hint": {"type": "string"}}},
      "Column": {"type": "object", "required": ["name", "type", "unit"], "properties": {
        "name": {"type": "string"}, "type": {"type": "string", "enum": ["text", "integer", "decimal", "money", "share", "number", "date", "instant", "boolean", "json"]},
        "unit": {"type": "string", "description": "count, days, hours, share, a currency code, or nothing"},
        "title": {"$ref": "#/components/schemas/Text"}}},
      "Text": {"type": "object", "properties": {"en": {"type": "string"}, "ru": {"type": "string"}}},
      "Table": {"type": "object", "required": ["key", "columns", "rows"], "properties": {
        "key": {"type": "array", "items": {"type": "string"}}, "columns": {"type": "array", "items": {"$ref": "#/components/schemas/Column"}},
        "rows": {"type": "array", "items": {"type": "array"}, "description": "Values in the order of the columns; money is a plain decimal number, missing is null"},
        "total_rows": {"type": "integer"}, "next_cursor": {"type": "string"}}},
      "Result": {"type": "object", "required": ["analysis", "definition", "params", "scope", "as_of", "known_at", "data_version", "currency", "seed", "history", "warnings", "tables"], "properties": {
        "analysis": {"type": "string"},
        "definition": {"type": "object", "properties": {"id": {"type": "string"}, "version": {"type": "integer"}}},
        "params": {"type": "object"}, "scope": {"type": "string"}, "as_of": {"type": "string", "format": "date-time"},
        "known_at": {"type": "integer"}, "data_version": {"type": "integer"}, "currency": {"type": "string"}, "seed": {"type": "integer"},
        "history": {"type": "string", "enum": ["complete", "partial", "none"]},
        "warnings": {"type": "array", "items": {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "message_ru": {"type": "string"}, "params": {"type": "object"}}}},
        "tables": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Table"}}}},
      "Batch": {"type": "object", "required": ["requests"], "properties": {
        "requests": {"type": "array", "minItems": 1, "maxItems": 64, "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "params": {"type": "object"}}}},
        "as_of": {"type": "string"}, "known_at": {"type": "integer"}}},
      "BatchResult": {"type": "object", "required": ["data_version", "results"], "properties": {
        "data_version": {"type": ["integer", "null"]},
        "results": {"type": "array", "items": {"type": "object", "required": ["status"], "properties": {"status": {"type": "integer"}, "result": {"$ref": "#/components/schemas/Result"}, "problem": {"$ref": "#/components/schemas/Problem"}}}}}},
      "Job": {"type": "object", "required": ["id", "title", "state", "stage", "stage_ru", "fraction", "message", "problem"], "properties": {
        "id": {"type": "string"}, "title": {"type": "string"}, "state": {"type": "string", "enum": ["running", "done", "failed", "cancelled"]},
        "stage": {"type": "string"}, "stage_ru": {"type": "string"}, "fraction": {"type": ["number", "null"], "minimum": 0, "maximum": 1}, "message": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"}, "finished_at": {"type": ["string", "null"], "format": "date-time"},
        "result": {"oneOf": [{"$ref": "#/components/schemas/Result"}, {"$ref": "#/components/schemas/BatchResult"}, {"type": "null"}]},
        "problem": {"oneOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]}}},
      "MappingDraft": {"type": "object", "required": ["source", "object", "table", "columns"], "properties": {
        "source": {"type": "string"}, "object": {"type": "string"}, "title": {"type": "string"}, "table": {"type": "string"},
        "key": {"type": "array", "items": {"type": "string"}, "description": "Fields that together tell rows apart; empty: the content of the row"},
        "time_zone": {"type": "string", "description": "Of stamps without an offset; empty: the reporting zone"}, "records": {"type": "string"},
        "fills_short_rows": {"type": "boolean"}, "files": {"type": "array", "items": {"type": "string"}},
        "columns": {"type": "array", "maxItems": 4096, "items": {"type": "object", "required": ["header"], "properties": {
          "header": {"type": "string"}, "field": {"type": "string", "description": "Empty: kept as it is"}, "type": {"type": "string"},
          "formats": {"type": "array", "items": {"type": "string"}}, "decimal": {"type": "string", "enum": ["", ".", ","]},
          "nulls": {"type": "array", "items": {"type": "string"}}, "values": {"type": "object", "additionalProperties": {"type": "string"}}}}},
        "constants": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Field: the text that each row has"},
        "formulas": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Field: a plain expression over the columns of the mapping"}}},
      "Trial": {"type": "object", "required": ["toml", "problem", "missing", "recognised", "counts", "whole", "records", "problems"], "properties": {
        "toml": {"type": "string", "description": "The mapping; empty where the draft cannot be written"},
        "problem": {"type": ["object", "null"], "description": "What keeps the draft from being a mapping, with its field"},
        "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Text"}},
        "recognised": {"type": "boolean", "description": "Saved, it would be taken for this file without being named"},
        "counts": {"type": ["object", "null"], "description": "read = new + updated + unchanged + quarantined"},
        "whole": {"type": "boolean", "description": "Those are all rows of the file"},
        "records": {"type": "array", "items": {"type": "object", "properties": {"table": {"type": "string"}, "fields": {"type": "array", "items": {"type": "string"}}, "rows": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, "total": {"type": "integer"}}}},
        "problems": {"type": "array", "items": {"type": "object", "properties": {"line": {"type": "integer"}, "column": {"type": "string"}, "code": {"type": "string"}, "reason": {"$ref": "#/components/schemas/Text"}, "raw": {"type": "string"}}}}}},
      "Proposal": {"type": "object", "required": ["file", "rows", "whole", "columns", "tables", "fields", "draft", "reasons", "notes", "trial"], "properties": {
        "file": {"type": "string"}, "rows": {"type": "integer", "description": "Looked at"}, "whole": {"type": "boolean"},
        "columns": {"type": "array", "items": {"type": "object"}, "description": "What each column holds, how often it is filled, samples"},
        "tables": {"type": "array", "items": {"type": "object"}, "description": "Record tables, the likeliest first"},
        "fields": {"type": "array", "items": {"type": "object"}, "description": "Fields that a column may feed"},
        "draft": {"$ref": "#/components/schemas/MappingDraft"},
        "reasons": {"type": "array", "items": {"type": "object"}, "description": "By column of the draft: confidence, and why"},
        "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Text"}}, "trial": {"$ref": "#/components/schemas/Trial"}}},
      "Upload": {"type": "object", "required": ["upload", "name", "bytes"], "properties": {"upload": {"type": "string"}, "name": {"type": "string"}, "bytes": {"type": "integer"}}},
      "Session": {"type": "object", "required": ["user", "role", "rights", "has_accounts", "csrf"], "properties": {
        "user": {"type": "string", "description": "Empty: nobody has signed in. local: the user of the machine, where there are no accounts"},
        "display_name": {"type": "string"}, "role": {"type": "string"}, "rights": {"type": "array", "items": {"type": "string"}},
        "department": {"type": "string"}, "teams": {"type": "array", "items": {"type": "string"}},
        "sees_all_rows": {"type": "boolean"}, "sees_personal_data": {"type": "boolean"}, "language": {"type": "string"}, "theme": {"type": "string"},
        "has_accounts": {"type": "boolean", "description": "One must sign in"}, "csrf": {"type": "string"}}}
    }
  }
})json";
}

}  // namespace weir::docgen
