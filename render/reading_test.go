package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/render"
)

// readings are widgets of the kinds that show words and dates, with the options that change their shape.
func readings() []render.Widget {
	of := func(kind string, options render.Options) render.Widget {
		return render.Widget{ID: "w1", Kind: kind, W: render.Columns, H: render.Rows, Options: options}
	}
	return []render.Widget{
		of("agenda", nil), of("agenda", render.Options{"view": "day"}), of("agenda", render.Options{"view": "week"}),
		of("month", nil), of("month", render.Options{"weeks": "true"}), of("news", render.Options{"summary": "true", "source": "true"}), of("news", render.Options{"count": "1"}),
		of("riddle", nil), of("riddle", render.Options{"answer": "later"}), of("quote", nil), of("onthisday", nil), of("holidays", nil),
		of("countdown", render.Options{"date": "2099-06-24", "label": "A very long label for a day that is far away"}), of("countdown", render.Options{"date": "2026-11-23"}),
		of("year", nil), of("note", render.Options{"text": noteText()}), of("list", nil), of("list", render.Options{"boxes": "false"}),
		of("title", render.Options{"text": "Good morning", "rule": "true"}), of("title", render.Options{"style": "capitals"}), of("divider", nil), of("joke", nil),
		of("date", nil), of("clock", render.Options{"date": "true"}),
	}
}

// TestReadingStaysInItsBox draws them in boxes of many sizes and at several scales.
func TestReadingStaysInItsBox(t *testing.T) {
	r := newRenderer(t)
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaft and more ", 12)
	changes := map[string]func(*render.Input){
		"usual": func(*render.Input) {}, "stale": aged, "silent": silent, "hollow": hollow,
		"long": func(in *render.Input) { rename(in, long) },
		"أطول": func(in *render.Input) {
			rename(in, "موعد عند طبيب الأسنان في شارع المحطة مع كل العائلة")
		},
		"中文": func(in *render.Input) {
			rename(in, "今天下午在学校和所有的家长一起开会讨论明年的旅行")
		},
	}
	for _, size := range [][2]int{{90, 40}, {60, 60}, {150, 300}, {300, 150}, {800, 60}, {800, 480}} {
		for _, scale := range []float64{0.55, 1, 3} {
			for _, w := range readings() {
				for name, change := range changes {
					in := sample(w)
					change(&in)
					if n, err := r.InkBeside(w, in, size[0], size[1], scale); n > 0 || err != nil {
						t.Errorf("%s %v, %s: %d pixels outside of %d×%d at scale %v, %v", w.Kind, w.Options, name, n, size[0], size[1], scale, err)
					}
				}
			}
		}
	}
}

// rename gives everything that is shown one name.
func rename(in *render.Input, name string) {
	for i := range in.Sources {
		feed := &in.Sources[i].Feed
		for j := range feed.Events {
			feed.Events[j].Title, feed.Events[j].Location = name, name
		}
		for j := range feed.Items {
			feed.Items[j].Title, feed.Items[j].Text, feed.Items[j].Summary = name, name, name
		}
		if len(feed.Document) > 0 {
			feed.Document = fmt.Appendf(nil, `[{"title":%q,"due":%q},{"title":%q,"done":1}]`, name, name, name)
		}
	}
	for i := range in.Items {
		in.Items[i] = content.Item{Text: name, Title: name, Question: name, Answer: name, Author: name}
	}
	in.Before = in.Items
	in.Device.Name = name
}

func TestReadingChangesWhenItMust(t *testing.T) {
	zone := noon().Location()
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, zone) }
	for name, test := range map[string]struct {
		widget render.Widget
		now    time.Time
		want   time.Time
	}{
		"the end of an event":   {render.Widget{Kind: "agenda"}, noon(), at(15, 0)},
		"the start of the next": {render.Widget{Kind: "agenda"}, at(15, 0), at(17, 0)},
		"midnight":              {render.Widget{Kind: "agenda"}, at(18, 30), at(24, 0)},
		"midnight of a month":   {render.Widget{Kind: "month"}, noon(), at(24, 0)},
		"the next quote":        {render.Widget{Kind: "quote", Options: render.Options{"every": "60"}}, noon(), at(15, 0)},
		"a countdown":           {render.Widget{Kind: "countdown", Options: render.Options{"date": "2026-12-24"}}, noon(), at(24, 0)},
		"a note":                {render.Widget{Kind: "note", Options: render.Options{"text": "x"}}, noon(), time.Time{}},
	} {
		in := sample(test.widget)
		in.Now = test.now
		if _, _, until := render.Seen(test.widget, in); !until.Equal(test.want) {
			t.Errorf("%s: %v, want %v", name, until, test.want)
		}
	}
}
