package render_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personalcms/content"
	"personalcms/render"
)

// seen is what a widget will show as a tree, its empty sentence if there is nothing.
func seen(t *testing.T, w render.Widget, in render.Input) map[string]any {
	t.Helper()
	shown, empty, _ := render.Seen(w, in)
	if empty != "" {
		return map[string]any{"empty": empty}
	}
	raw, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// agendaLines is an agenda as text: "Today: 08:15 Bins out (paper)".
func agendaLines(t *testing.T, options render.Options, now time.Time, events ...content.Event) []string {
	t.Helper()
	in := render.Input{Now: now, Sources: []render.SourceData{{ID: "a", Kind: content.KindCalendar, Feed: content.Feed{At: now, Events: events}}}}
	tree := seen(t, render.Widget{Kind: "agenda", Options: options}, in)
	var lines []string
	if status := tree["Status"].(map[string]any); status["Title"] != "" {
		lines = append(lines, strings.TrimSpace(status["Title"].(string)+" "+status["Below"].(string)))
	}
	if calm := tree["Calm"].(string); calm != "" {
		lines = append(lines, calm)
	}
	days, _ := tree["Days"].([]any)
	for _, d := range days {
		day := d.(map[string]any)
		entries, _ := day["Entries"].([]any)
		for _, e := range entries {
			entry := e.(map[string]any)
			line := day["Name"].(string) + ": " + entry["Time"].(string) + " " + entry["Title"].(string)
			if below := entry["Below"].(string); below != "" {
				line += " (" + below + ")"
			}
			if entry["Now"].(bool) {
				line += " now"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAgendaSaysWhatComes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 14, 35, 0, 0, berlin)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, berlin) }
	date := func(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		options render.Options
		events  []content.Event
		want    []string
	}{
		"nothing":                  {nil, nil, []string{"No events"}},
		"what has ended":           {nil, []content.Event{{Title: "a", Start: at(23, 9), End: at(23, 10)}}, []string{"No events"}},
		"what is on":               {nil, []content.Event{{Title: "a", Location: "x", Start: at(23, 14), End: at(23, 15)}}, []string{"Today: 14:00 a (x) now"}},
		"in another zone":          {nil, []content.Event{{Title: "a", Start: at(23, 20).UTC(), End: at(23, 21).UTC()}}, []string{"Today: 20:00 a"}},
		"all day is a date":        {nil, []content.Event{{Title: "a", AllDay: true, Start: date(24), End: date(25)}}, []string{"Tomorrow: all day a"}},
		"all day has ended":        {nil, []content.Event{{Title: "a", AllDay: true, Start: date(22), End: date(23)}}, []string{"No events"}},
		"several days, still on":   {nil, []content.Event{{Title: "a", AllDay: true, Start: date(21), End: date(26)}}, []string{"Today: all day a (until Wed 25 Nov)"}},
		"since last night":         {nil, []content.Event{{Title: "a", Start: at(22, 22), End: at(23, 16)}}, []string{"Today: – 16:00 a now"}},
		"the same in two":          {nil, []content.Event{{Title: "a", Start: at(23, 20), End: at(23, 21)}, {Title: "a", Start: at(23, 20), End: at(23, 21)}}, []string{"Today: 20:00 a"}},
		"all day comes first":      {nil, []content.Event{{Title: "b", Start: at(24, 1), End: at(24, 2)}, {Title: "a", AllDay: true, Start: date(24), End: date(25)}}, []string{"Tomorrow: all day a", "Tomorrow: 01:00 b"}},
		"without length":           {nil, []content.Event{{Title: "a", Start: at(23, 20), End: at(23, 20)}}, []string{"Today: 20:00 a"}},
		"names of days":            {render.Options{"days": "14"}, []content.Event{{Title: "a", Start: at(29, 9), End: at(29, 10)}, {Title: "b", Start: at(30, 9), End: at(30, 10)}}, []string{"Sunday: 09:00 a", "Monday, 30 November: 09:00 b"}},
		"beyond the days":          {render.Options{"days": "2"}, []content.Event{{Title: "a", Start: at(25, 9), End: at(25, 10)}}, []string{"No events"}},
		"day: free":                {render.Options{"view": "day"}, []content.Event{{Title: "a", Start: at(23, 20), End: at(23, 21)}}, []string{"Free until 20:00", ": 20:00 a"}},
		"day: on":                  {render.Options{"view": "day"}, []content.Event{{Title: "a", Location: "x", Start: at(23, 14), End: at(23, 15)}}, []string{"a until 15:00 · x"}},
		"day: only an all-day one": {render.Options{"view": "day"}, []content.Event{{Title: "a", AllDay: true, Start: date(23), End: date(24)}}, []string{"Free for the rest of today", ": all day a"}},
	} {
		if diff := cmp.Diff(test.want, agendaLines(t, test.options, now, test.events...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestAgendaAcrossDaylightSaving has the clocks go back in the night to Sunday, which then has 25 hours.
func TestAgendaAcrossDaylightSaving(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 24, 12, 0, 0, 0, berlin)
	late := time.Date(2026, 10, 25, 23, 30, 0, 0, berlin)
	got := agendaLines(t, nil, now,
		content.Event{Title: "a", Start: late, End: late.Add(15 * time.Minute)},
		content.Event{Title: "b", AllDay: true, Start: time.Date(2026, 10, 26, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 10, 27, 0, 0, 0, 0, time.UTC)})
	if diff := cmp.Diff([]string{"Tomorrow: 23:30 a", "Monday: all day b"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMonthsBeginWithTheRightDay(t *testing.T) {
	for tag, want := range map[string]string{"en-GB": "Mon", "en-US": "Sun"} {
		in := sample(render.Widget{Kind: "month"})
		in.Locale = locale(tag)
		tree := seen(t, render.Widget{Kind: "month"}, in)
		if got := tree["Weekdays"].([]any)[0]; got != want {
			t.Errorf("%s: weeks begin with %v, want %s", tag, got, want)
		}
	}
}

func TestCountdown(t *testing.T) {
	for name, test := range map[string]struct {
		options render.Options
		want    string
	}{
		"to come":  {render.Options{"date": "2026-12-24", "label": "Eve"}, "31 days until Eve"},
		"tomorrow": {render.Options{"date": "2026-11-24", "label": "Eve"}, "1 day until Eve"},
		"the day":  {render.Options{"date": "2026-11-23", "label": "Eve"}, "Today!  Eve"},
		"over":     {render.Options{"date": "2026-11-20", "label": "Eve"}, "It is over  Eve"},
		"since":    {render.Options{"date": "2026-11-20", "label": "Eve", "up": "true"}, "3 days since Eve"},
		"no label": {render.Options{"date": "2027-01-01"}, "39 days until 1 January 2027"},
	} {
		tree := seen(t, render.Widget{Kind: "countdown", Options: test.options}, render.Input{Now: noon()})
		got := tree["Number"].(string) + tree["Large"].(string) + " " + tree["Words"].(string) + " " + tree["Label"].(string)
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestListReadsEntries(t *testing.T) {
	for name, test := range map[string]struct {
		options render.Options
		feed    content.Feed
		want    string
	}{
		"objects":     {nil, content.Feed{Document: []byte(`[{"name":"a","completed":true},{"title":"b","due":"2026-11-22"}]`)}, "b Yesterday! | a ✓"},
		"texts":       {nil, content.Feed{Document: []byte(`["a","[x] b",3]`)}, "a | 3 | b ✓"},
		"a path":      {render.Options{"items": "$.l[*]", "name": "$.n.t", "done": "$.ok"}, content.Feed{Document: []byte(`{"l":[{"n":{"t":"a"},"ok":"yes"},{"n":{"t":"b"},"ok":"no"}]}`)}, "b | a ✓"},
		"items":       {nil, content.Feed{Items: []content.Item{{Title: "a"}, {Text: "- [ ] b"}}}, "a | b"},
		"hidden":      {render.Options{"finished": "hidden"}, content.Feed{Document: []byte(`[{"title":"a","done":1},{"title":"b"}]`)}, "b"},
		"all done":    {render.Options{"finished": "hidden"}, content.Feed{Document: []byte(`[{"title":"a","done":1}]`)}, "Nothing to do"},
		"a bad path":  {render.Options{"items": "$.[["}, content.Feed{Document: []byte(`[]`)}, "This path is not understood: $.[["},
		"broken JSON": {nil, content.Feed{Document: []byte(`{"a":`)}, "Nothing to do"},
	} {
		test.feed.At = noon()
		in := render.Input{Now: noon(), Sources: []render.SourceData{{ID: "l", Name: "L", Feed: test.feed}}}
		tree := seen(t, render.Widget{Kind: "list", Options: test.options}, in)
		var parts []string
		entries, _ := tree["Entries"].([]any)
		for _, e := range entries {
			entry := e.(map[string]any)
			text := strings.TrimSpace(entry["Text"].(string) + " " + entry["Due"].(string))
			if entry["Late"].(bool) {
				text += "!"
			}
			if entry["Done"].(bool) {
				text += " ✓"
			}
			parts = append(parts, text)
		}
		got := strings.Join(parts, " | ")
		if empty, ok := tree["empty"].(string); ok {
			got = empty
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestYearsOnThisDay(t *testing.T) {
	for name, test := range map[string]struct {
		item content.Item
		want string
	}{
		"title":     {content.Item{Title: "1889", Text: "A jukebox."}, "1889 A jukebox."},
		"in text":   {content.Item{Title: "1963 – The first episode."}, "1963 The first episode."},
		"date":      {content.Item{Title: "A magazine.", Published: time.Date(1936, 11, 23, 0, 0, 0, 0, time.UTC)}, "1936 A magazine."},
		"no year":   {content.Item{Title: "Something."}, " Something."},
		"no number": {content.Item{Title: "3000000", Text: "Far away."}, " Far away."},
	} {
		in := render.Input{Now: noon(), Sources: []render.SourceData{{ID: "d", Feed: content.Feed{At: noon(), Items: []content.Item{test.item}}}}}
		event := seen(t, render.Widget{Kind: "onthisday"}, in)["Events"].([]any)[0].(map[string]any)
		if got := event["Year"].(string) + " " + event["Text"].(string); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestNewsTakesTurns(t *testing.T) {
	feed := func(titles ...string) content.Feed {
		f := content.Feed{At: noon()}
		for _, title := range titles {
			f.Items = append(f.Items, content.Item{Title: title})
		}
		return f
	}
	in := render.Input{Now: noon(), Sources: []render.SourceData{{ID: "a", Feed: feed("a1", "a2", "a3")}, {ID: "b", Feed: feed("b1")}, {ID: "c"}}}
	var got []string
	for _, s := range seen(t, render.Widget{Kind: "news", Options: render.Options{"count": "3"}}, in)["Stories"].([]any) {
		got = append(got, s.(map[string]any)["Title"].(string))
	}
	if diff := cmp.Diff([]string{"a1", "b1", "a2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRiddleAnswers(t *testing.T) {
	in := render.Input{
		Now: noon(), Items: []content.Item{{Question: "q2", Answer: "a2"}}, Before: []content.Item{{Question: "q1", Answer: "a1"}},
	}
	for answer, want := range map[string]string{"upside-down": "q2 a2  ", "later": "q2  q1 Answer: a1", "none": "q2   "} {
		tree := seen(t, render.Widget{Kind: "riddle", Options: render.Options{"answer": answer}}, in)
		got := strings.Join([]string{tree["Question"].(string), tree["Answer"].(string), tree["Last"].(string), tree["After"].(string)}, " ")
		if got != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
}

func TestHolidaysAhead(t *testing.T) {
	var got []string
	in := sample(render.Widget{Kind: "holidays"})
	in.Sources = append(in.Sources, render.SourceData{ID: "c", Feed: content.Feed{At: noon(), Events: []content.Event{
		{Title: "Bridge day", AllDay: true, Start: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)},
	}}})
	for _, h := range seen(t, render.Widget{Kind: "holidays", Options: render.Options{"count": "2"}}, in)["Holidays"].([]any) {
		day := h.(map[string]any)
		got = append(got, day["Name"].(string)+": "+day["Count"].(string)+" "+day["Unit"].(string))
	}
	if diff := cmp.Diff([]string{"Bridge day: Tomorrow ", "Christmas Day: 32 days"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
