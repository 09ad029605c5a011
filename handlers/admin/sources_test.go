package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// feedServer answers what its fields say.
type feedServer struct {
	url    string
	body   atomic.Value // string
	status atomic.Int32
	asked  atomic.Int32
	key    atomic.Value // the last request's header Key
}

func newFeedServer(t *testing.T, body string) *feedServer {
	t.Helper()
	f := &feedServer{}
	f.body.Store(body)
	f.status.Store(http.StatusOK)
	f.key.Store("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.asked.Add(1)
		f.key.Store(r.Header.Get("Key"))
		w.WriteHeader(int(f.status.Load()))
		_, _ = w.Write([]byte(f.body.Load().(string)))
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

const twoJokes = `{"list":[{"joke":"<b>One</b> & only"},{"joke":"Two"}],"secret":"hush-hush"}`

// jokesForm is the filled-in form of a source of jokes with a key.
func jokesForm(address string) url.Values {
	return url.Values{
		"kind": {"json"}, "name": {"My jokes"}, "category": {"jokes"}, "url": {address + "/j"}, "secret": {"hush-hush"}, "headers": {"Key: {secret}\nAccept: application/json"},
		"path_items": {"$.list[*]"}, "path_text": {"$.joke"}, "interval": {"45"}, "timeout": {"5"}, "max_kilobytes": {"100"}, "max_items": {"20"},
		"on_my_network": {"true"}, "credit": {"By me"}, "do": {"save"},
	}
}

func TestASourceByItsForm(t *testing.T) {
	r := rig.New(t)
	server := newFeedServer(t, twoJokes)
	b := newBrowser(r, false)
	wants(t, b.get("/content-admin"), http.StatusOK, "No sources yet", "icanhazdadjoke", "BBC News: World", "JSON address", "Dad jokes")
	wants(t, b.get("/content-admin/sources/new?kind=json"), http.StatusOK, "path_items", `name="secret" type="password"`, "your router among them", "!place_query")
	wants(t, b.get("/content-admin/sources/new?kind=nothing"), http.StatusOK, "Add a source")

	form := jokesForm(server.url)
	wants(t, b.post("/content-admin/sources/new", form.Encode()), http.StatusSeeOther)
	source, err := r.DB.Source("my-jokes")
	must(t, err)
	want := content.Source{
		ID: "my-jokes", Name: "My jokes", Kind: "json", Category: "jokes", URL: server.url + "/j",
		Headers: []content.Header{{Name: "Key", Value: "{secret}"}, {Name: "Accept", Value: "application/json"}},
		Paths:   content.Paths{Items: "$.list[*]", Text: "$.joke"}, IntervalSeconds: 2700, TimeoutSeconds: 5, MaxBytes: 102400, MaxItems: 20,
		OnMyNetwork: true, Credit: "By me",
	}
	if diff := cmp.Diff(want, source.Source); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}

	wants(t, b.post("/content-admin/sources/my-jokes/fetch", ""), http.StatusSeeOther)
	if server.key.Load() != "hush-hush" {
		t.Errorf("the key that was sent is %q", server.key.Load())
	}
	wants(t, b.get("/content-admin"), http.StatusOK, "Fine", "1 good, 0 failed", "just now", "on no layout", "in Jokes", "!hush-hush")
	wants(t, b.get("/content-admin/items/jokes/my-jokes"), http.StatusOK, "One &amp; only", "They come from", "!Add an item")
	wants(t, b.get("/content-admin/sources/my-jokes"), http.StatusOK, "A key is kept and never shown", "$.list[*]", "!hush-hush", `value="45"`)

	t.Run("the key stays, goes, and never leads elsewhere", func(t *testing.T) {
		form := jokesForm(server.url)
		form.Set("secret", "")
		wants(t, b.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusSeeOther)
		form.Set("url", "http://127.0.0.1:1/elsewhere")
		wants(t, b.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusUnprocessableEntity, "Type the key again", "/elsewhere", "!hush-hush")
		form.Set("secret", "-")
		wants(t, b.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusUnprocessableEntity, "asks for a key")
		form.Set("headers", "")
		wants(t, b.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusSeeOther)
		if source, err := r.DB.Source("my-jokes"); err != nil || len(source.Sealed) > 0 {
			t.Errorf("the key is still kept: %v", err)
		}
	})
	t.Run("pause and delete", func(t *testing.T) {
		wants(t, b.post("/content-admin/sources/my-jokes/pause", "paused=true"), http.StatusSeeOther)
		wants(t, b.get("/content-admin"), http.StatusOK, "Paused", "Resume")
		wants(t, b.post("/content-admin/sources/my-jokes/pause", "paused=false"), http.StatusSeeOther)
		wants(t, b.get("/content-admin"), http.StatusOK, "!Resume")
		wants(t, b.post("/content-admin/sources/my-jokes/delete", ""), http.StatusSeeOther)
		wants(t, b.get("/content-admin/sources/my-jokes"), http.StatusNotFound)
	})
}

func TestRefusedSources(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	for _, test := range []struct {
		name, form, says string
	}{
		{"no name", "kind=text&text=x&name=+", "A name has 1 to 80"},
		{"no kind", "name=x", "This kind of source is not known"},
		{"taken id", "kind=text&text=x&name=x&id=new", "This id is taken"},
		{"id", "kind=text&text=x&name=x&id=A%2FB", "An id has 1 to 40"},
		{"address", "kind=feed&name=x&url=ftp%3A%2F%2Fx", "begin with http:// or https://"},
		{"path", "kind=json&name=x&url=http%3A%2F%2Fx.test&path_title=title%5B", "is no JSONPath"},
		{"number", "kind=text&text=x&name=x&max_items=many", "Write a whole number"},
		{"header", "kind=feed&name=x&url=http%3A%2F%2Fx.test&headers=nonsense", "Write one header a line"},
		{"place", "kind=weather&name=x", "Say for which place"},
		{"latitude", "kind=weather&name=x&latitude=north", "are numbers in degrees"},
		{"category", "kind=text&text=x&name=x&category=nothing", "There is no category of this name"},
		{"category of a picture", "kind=picture&name=x&url=http%3A%2F%2Fx.test&category=jokes", "has no items for a category"},
		{"id of a preset", "kind=text&text=x&name=x&category=jokes&id=dad_jokes", "Give the source another id"},
		{"new category", "kind=text&text=x&name=x&category=%2B&new_category=+", "Give the new category a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				wants(t, b.post("/content-admin/sources/new", test.form), http.StatusUnprocessableEntity, test.says)
			})
			if len(r.DB.Sources()) > 0 {
				t.Error("a source was stored")
			}
		})
	}
}

func TestASourceWithANewCategory(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.post("/content-admin/sources/new", "kind=text&text=Roses+are+red.&name=Verses&category=%2B&new_category=Poems"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/sources/verses/fetch", ""), http.StatusSeeOther)
	wants(t, b.get("/content-admin"), http.StatusOK, "<h3>Poems</h3>", "in Poems")
	wants(t, b.get("/content-admin/items/poems/verses"), http.StatusOK, "Roses are red.")
}

func TestTestNow(t *testing.T) {
	r := rig.New(t)
	server := newFeedServer(t, twoJokes)
	form := jokesForm(server.url)
	form.Set("do", "test")
	inPlace, plain := newBrowser(r, true), newBrowser(r, false)
	unchanged(t, r, func() {
		wants(t, inPlace.post("/content-admin/sources/new", form.Encode()), http.StatusOK,
			"Found: 2 items", "One &amp; only", "&lt;b&gt;One&lt;/b&gt;", "Answer 200", "!<html", "!hush-hush")
		wants(t, plain.post("/content-admin/sources/new", form.Encode()), http.StatusOK,
			"Found: 2 items", "Type the key again before you save", `value="My jokes"`, "<html", "!hush-hush")
	})
	if len(r.DB.Sources()) > 0 {
		t.Error("a test stored a source")
	}
	form.Set("path_items", "$.nothing[*]")
	wants(t, inPlace.post("/content-admin/sources/new", form.Encode()), http.StatusOK, "Nothing was found at $.nothing[*].", "What it answered")
	form.Del("on_my_network")
	wants(t, inPlace.post("/content-admin/sources/new", form.Encode()), http.StatusOK, "own network")

	form = jokesForm(server.url)
	wants(t, plain.post("/content-admin/sources/new", form.Encode()), http.StatusSeeOther)
	wants(t, plain.post("/content-admin/sources/my-jokes/test", ""), http.StatusOK, "Found: 2 items", "!hush-hush")
	form.Set("do", "test")
	form.Set("secret", "")
	wants(t, inPlace.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusOK, "Found: 2 items")
	form.Set("url", server.url+"/other")
	asked := server.asked.Load()
	wants(t, inPlace.post("/content-admin/sources/my-jokes", form.Encode()), http.StatusOK, "asks for a key")
	if server.asked.Load() != asked {
		t.Error("another address was asked with the kept key")
	}
}

func TestOnlyTwoAreTestedAtOnce(t *testing.T) {
	r := rig.New(t)
	arrived, release := make(chan bool), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		_, _ = w.Write([]byte(`{"text":"x"}`))
	}))
	t.Cleanup(server.Close)
	body := map[string]any{"kind": "json", "url": server.URL, "on_my_network": true}
	key, answers := r.Key(), make(chan rig.Answer)
	for range 2 {
		go func() { answers <- r.Do(http.MethodPost, "/api/v1/sources/test", body, "Authorization", key) }()
		<-arrived
	}
	third := r.Script(http.MethodPost, "/api/v1/sources/test", body)
	wantProblem(t, third, http.StatusServiceUnavailable, "busy", "")
	if third.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/geocode?name=Bern", nil), http.StatusServiceUnavailable, "busy", "")
	close(release)
	for range 2 {
		wants(t, <-answers, http.StatusOK, `"text":"x"`)
	}
}

func TestAFailingSourceShowsItsSentenceAndKeepsWhatItGave(t *testing.T) {
	r := rig.New(t)
	server := newFeedServer(t, twoJokes)
	b := newBrowser(r, false)
	wants(t, b.post("/content-admin/sources/new", jokesForm(server.url).Encode()), http.StatusSeeOther)
	wants(t, b.post("/content-admin/sources/my-jokes/fetch", ""), http.StatusSeeOther)
	_, err := r.DB.SaveLayout(render.Layout{ID: "wall", Name: "The wall", Widgets: []render.Widget{{ID: "w", Kind: "list", W: 4, H: 4, Sources: []string{"my-jokes"}}}}, 0, rig.Start)
	must(t, err)
	server.status.Store(http.StatusServiceUnavailable)
	r.Pass(2 * time.Hour)
	wants(t, b.post("/content-admin/sources/my-jokes/fetch", ""), http.StatusSeeOther)
	wants(t, b.get("/content-admin"), http.StatusOK, "Failing since 12:00", "The server answered 503.", "2 h old", "1 good, 1 failed", "1 is failing", ">The wall</a>", "will say that it is gone")
	wants(t, b.get("/content-admin/items/jokes/my-jokes"), http.StatusOK, "Two")
	wants(t, newBrowser(r, true).get("/partials/sources"), http.StatusOK, "Failing since", "!<html")
}

func TestReadySources(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.post("/content-admin/ready", "ready=xkcd"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/ready", "ready=nothing"), http.StatusUnprocessableEntity)
	wants(t, b.post("/content-admin/ready", "ready=holidays&country=Germany"), http.StatusUnprocessableEntity, "two letters", `value="Germany"`)
	wants(t, b.post("/content-admin/ready", "ready=holidays&country=de"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/ready", "ready=holidays&country=CH"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/ready", "ready=weather&name="), http.StatusUnprocessableEntity, "Write the name of a place")
	place := `{"name":"Bern, Switzerland","latitude":46.95,"longitude":7.45,"timezone":"Europe/Zurich"}`
	wants(t, b.post("/content-admin/ready", "ready=weather&place="+url.QueryEscape(place)), http.StatusSeeOther)
	wants(t, b.post("/content-admin/ready", "ready=air&place="+url.QueryEscape(`{"latitude":400}`)), http.StatusUnprocessableEntity)
	got := map[string]string{}
	for _, source := range r.DB.Sources() {
		got[source.ID] = source.Name + " " + source.URL + source.Place.Name
	}
	want := map[string]string{
		"xkcd": "xkcd https://xkcd.com/info.0.json", "weather": "Weather, Bern Bern, Switzerland",
		"holidays":   "Public holidays https://date.nager.at/api/v3/NextPublicHolidays/DE",
		"holidays-2": "Public holidays https://date.nager.at/api/v3/NextPublicHolidays/CH",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlacesByName(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.post("/content-admin/ready", "ready=weather&name=Bern"), http.StatusUnprocessableEntity, "The search for places did not answer")
	r.Places = map[string][]content.Place{"Bern": {
		{Name: "Bern, Switzerland", Latitude: 46.95, Longitude: 7.45, TimeZone: "Europe/Zurich"}, {Name: "Bern, Kansas", Latitude: 39.96, Longitude: -95.97},
	}}
	found := b.post("/content-admin/ready", "ready=weather&name=Bern")
	wants(t, found, http.StatusOK, "Bern, Switzerland", "Bern, Kansas", `value="Bern"`)
	wants(t, b.post("/content-admin/ready", "ready=weather&name=Nowhere"), http.StatusUnprocessableEntity, "No place of this name")
	wants(t, r.Script(http.MethodGet, "/api/v1/geocode?name=Bern", nil), http.StatusOK, "Europe/Zurich")
	wants(t, r.Script(http.MethodGet, "/api/v1/geocode?name=Nowhere", nil), http.StatusOK, `"places":[]`)

	form := url.Values{"kind": {"weather"}, "name": {"Weather"}, "place_query": {"Bern"}, "do": {"find"}}
	wants(t, newBrowser(r, true).post("/content-admin/sources/new", form.Encode()), http.StatusOK, "Bern, Kansas", "!<html")
	wants(t, b.post("/content-admin/sources/new", form.Encode()), http.StatusOK, "Bern, Kansas", "<html", `value="Weather"`)
	form.Set("do", "save")
	form.Set("place_found", `{"name":"Bern, Kansas","latitude":39.96,"longitude":-95.97}`)
	wants(t, b.post("/content-admin/sources/new", form.Encode()), http.StatusSeeOther)
	if source, err := r.DB.Source("weather"); err != nil || source.Place.Name != "Bern, Kansas" {
		t.Errorf("%v %+v", err, source)
	}
	must(t, r.DB.UpdateSettings(func(settings *store.Settings) error {
		settings.Place = r.Places["Bern"][0]
		return nil
	}))
	wants(t, b.get("/content-admin"), http.StatusOK, "Bern, Switzerland") // one click for the household's own place
}

const oneEvent = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\nDTSTART:20261124T090000Z\r\nDTEND:20261124T093000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestCalendarFiles(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	values := map[string]string{"kind": "calendar", "name": "Family", "do": "test"}
	wants(t, b.upload("/content-admin/sources/new", "calendar", "f.ics", []byte(oneEvent), values), http.StatusOK, "Found: 1 event", "Dentist", "BEGIN:VCALENDAR")
	values["do"] = "save"
	wants(t, b.upload("/content-admin/sources/new", "calendar", "f.ics", []byte("Dear diary"), values), http.StatusUnprocessableEntity, "This is no calendar")
	wants(t, b.upload("/content-admin/sources/new", "calendar", "f.ics", make([]byte, 2<<20+1), values), http.StatusUnprocessableEntity, "at most 2 MB")
	wants(t, b.upload("/content-admin/sources/new", "calendar", "f.ics", []byte(oneEvent), values), http.StatusSeeOther)
	wants(t, b.post("/content-admin/sources/family/fetch", ""), http.StatusSeeOther)
	wants(t, b.post("/content-admin/sources/family", "name=The+family"), http.StatusSeeOther) // the file stays
	wants(t, b.post("/content-admin/sources/family/test", ""), http.StatusOK, "The family", "Dentist", "A file is kept")
	upload := func(body string) rig.Answer {
		return r.Script(http.MethodPut, "/api/v1/sources/family/calendar", body)
	}
	wants(t, upload(strings.Replace(oneEvent, "Dentist", "Barber", 1)), http.StatusOK, `"works":"fine"`)
	wants(t, r.Script(http.MethodPost, "/api/v1/sources/family/fetch", nil), http.StatusOK, "Barber", "!Dentist")
	wantProblem(t, upload("x"), http.StatusUnprocessableEntity, "bad_source", "calendar")
	wantProblem(t, upload(""), http.StatusBadRequest, "no_file", "")
	wantProblem(t, upload(strings.Repeat("x", 2<<20+1)), http.StatusRequestEntityTooLarge, "too_large", "")
}

func TestSourcesForScripts(t *testing.T) {
	r := rig.New(t)
	server := newFeedServer(t, twoJokes)
	source := map[string]any{
		"name": "Jokes", "kind": "json", "category": "jokes", "url": server.url + "/private", "secret": "hush-hush", "on_my_network": true,
		"headers": []map[string]string{{"name": "Key", "value": "{secret}"}}, "paths": map[string]string{"items": "$.list[*]", "text": "$.joke"},
		"upload": strings.Repeat("0", 64),
	}
	created := r.Script(http.MethodPost, "/api/v1/sources", source)
	wants(t, created, http.StatusCreated, `"id":"jokes"`, `"has_secret":true`, `"works":"waiting"`, "!hush-hush", "!upload")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/sources", map[string]any{"id": "jokes", "name": "x", "kind": "text", "text": "x"}), http.StatusUnprocessableEntity, "bad_source", "id")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/sources", `{"name":3}`), http.StatusBadRequest, "wrong_type", "name")
	wants(t, r.Script(http.MethodPost, "/api/v1/sources/jokes/fetch", nil), http.StatusOK, `"works":"fine"`, `"items":2`, "!hush-hush")
	delete(source, "secret")
	source["name"] = "Better jokes"
	wants(t, r.Script(http.MethodPut, "/api/v1/sources/jokes", source), http.StatusOK, "Better jokes", `"has_secret":true`)
	wants(t, r.Script(http.MethodGet, "/api/v1/sources", nil), http.StatusOK, "Better jokes", "!hush-hush")
	source["id"] = "jokes"
	wants(t, r.Script(http.MethodPost, "/api/v1/sources/test", source), http.StatusOK, `"status":200`, "One", "!hush-hush")
	delete(source, "id")
	wants(t, r.Script(http.MethodPost, "/api/v1/sources/test", source), http.StatusOK, "asks for a key")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/sources/test", `{}`), http.StatusUnprocessableEntity, "bad_source", "kind")
	wants(t, r.Script(http.MethodGet, "/api/v1/sources/ready", nil), http.StatusOK, "icanhazdadjoke", `"asks":["place"]`)
	must(t, r.DB.AddKey(store.APIKey{ID: "reads", Hash: access.Hash("pcms_reads_only"), Scopes: []string{"read"}}))
	wants(t, r.Do(http.MethodGet, "/api/v1/sources/jokes", nil, "Authorization", "Bearer pcms_reads_only"), http.StatusOK, server.url+"/…", "Better jokes", "!{secret}", "!/private")
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/geocode?name=", nil), http.StatusBadRequest, "bad_value", "name")
	wants(t, r.Script(http.MethodDelete, "/api/v1/sources/jokes", nil), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/sources/jokes", nil), http.StatusNotFound, "unknown_source", "")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/sources/jokes/fetch", nil), http.StatusNotFound, "unknown_source", "")
	if strings.Contains(r.Log.String(), "hush-hush") {
		t.Error("the key is in the log")
	}
}
