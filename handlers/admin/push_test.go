package admin_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
)

// refusedPush is a push that is not taken.
type refusedPush struct {
	name, source, authorization, contentType, body string

	status int
	word   string
}

func TestPushing(t *testing.T) {
	r := rig.New(t)
	wants(t, r.Script(http.MethodPost, "/api/v1/sources", map[string]any{"id": "washer", "name": "Washer", "kind": "push"}), http.StatusCreated, `"has_token":false`)
	wants(t, r.Script(http.MethodPost, "/api/v1/sources", map[string]any{"id": "other", "name": "Other", "kind": "push"}), http.StatusCreated)
	wants(t, r.Script(http.MethodPost, "/api/v1/sources", map[string]any{"id": "note", "name": "Note", "kind": "text", "text": "x"}), http.StatusCreated)
	page := newBrowser(r, false).post("/content-admin/sources/washer/token", "")
	wants(t, page, http.StatusOK, "it is not shown again", "curl -X POST", "/api/v1/content/washer")
	found := regexp.MustCompile(`<pre><code>([\w-]{43})</code>`).FindSubmatch(page.Body)
	if found == nil {
		t.Fatalf("no token: %s", page.Body)
	}
	token := "Bearer " + string(found[1])
	wants(t, newBrowser(r, false).get("/content-admin/sources/washer"), http.StatusOK, "A token was made", "!"+string(found[1]))
	push := func(source, authorization, contentType, body string) rig.Answer {
		return r.Do(http.MethodPost, "/api/v1/content/"+source, body, "Authorization", authorization, "Content-Type", contentType)
	}
	const json = "application/json"
	wants(t, push("washer", token, json, `{"title":"Washer","text":"Done"}`), http.StatusOK, `"items":1`)
	wants(t, push("washer", token, "text/plain; charset=utf-8", "One\n\nTwo"), http.StatusOK, `"items":2`)
	wants(t, push("washer", r.Key(), json, `[{"text":"a"}]`), http.StatusOK, `"items":1`)
	for _, test := range []refusedPush{
		{"form", "washer", token, "application/x-www-form-urlencoded", `{"text":"x"}`, http.StatusUnsupportedMediaType, "not_json"},
		{"no type", "washer", token, "", `{"text":"x"}`, http.StatusUnsupportedMediaType, "not_json"},
		{"broken JSON", "washer", token, json, `{"text":`, http.StatusBadRequest, "malformed"},
		{"nothing", "washer", token, json, ``, http.StatusBadRequest, "malformed"},
		{"too large", "washer", token, json, `{"text":"` + strings.Repeat("x", 64<<10) + `"}`, http.StatusRequestEntityTooLarge, "too_large"},
		{"no caller", "washer", "", json, `{"text":"x"}`, http.StatusUnauthorized, "sign_in"},
		{"no caller, unknown source", "none", "", json, `{"text":"x"}`, http.StatusUnauthorized, "sign_in"},
		{"wrong token", "washer", "Bearer wrong", json, `{"text":"x"}`, http.StatusUnauthorized, "sign_in"},
		{"another source’s token", "other", token, json, `{"text":"x"}`, http.StatusUnauthorized, "sign_in"},
		{"its token, unknown source", "none", token, json, `{"text":"x"}`, http.StatusUnauthorized, "sign_in"},
		{"a key, unknown source", "none", r.Key(), json, `{"text":"x"}`, http.StatusNotFound, "unknown_source"},
		{"a source that is asked", "note", r.Key(), json, `{"text":"x"}`, http.StatusUnprocessableEntity, "not_pushed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantProblem(t, push(test.source, test.authorization, test.contentType, test.body), test.status, test.word, "")
		})
	}
	if items := r.DB.Fetched("washer").Feed.Items; len(items) != 1 || items[0].Text != "a" {
		t.Errorf("what was refused changed the source: %+v", items)
	}
	t.Run("paths that find nothing", func(t *testing.T) {
		wants(t, r.Script(http.MethodPut, "/api/v1/sources/other", map[string]any{"name": "Other", "kind": "push", "paths": map[string]string{"items": "$.rows[*]"}}), http.StatusOK)
		wantProblem(t, push("other", r.Key(), json, `{"text":"x"}`), http.StatusUnprocessableEntity, "nothing_found", "")
	})
	t.Run("too often", func(t *testing.T) {
		var last rig.Answer
		for range 25 {
			last = push("washer", token, json, `{"text":"x"}`)
		}
		wantProblem(t, last, http.StatusTooManyRequests, "too_many_pushes", "")
		r.Pass(time.Minute)
		wants(t, push("washer", token, json, `{"text":"x"}`), http.StatusOK)
	})
	t.Run("a new token", func(t *testing.T) {
		wants(t, r.Script(http.MethodPost, "/api/v1/sources/washer/token", nil), http.StatusCreated, `"token"`)
		wantProblem(t, push("washer", token, json, `{"text":"x"}`), http.StatusUnauthorized, "sign_in", "")
		wantProblem(t, r.Script(http.MethodPost, "/api/v1/sources/note/token", nil), http.StatusUnprocessableEntity, "not_pushed", "")
	})
}
