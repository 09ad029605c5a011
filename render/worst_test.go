package render_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/render"
)

var (
	longText = strings.Repeat("Wörter und mehr ", 700)
	longWord = strings.Repeat("x", 10_000)
	turning  = time.Date(2026, 10, 25, 2, 30, 0, 0, time.FixedZone("CET", 3600))
	endless  = time.Date(292_277_026_596, 1, 1, 0, 0, 0, 0, time.UTC)
)

// hostileFeeds are what no honest source gives.
func hostileFeeds() map[string]content.Feed {
	huge := 1e300
	items := func(s string) []content.Item {
		return []content.Item{
			{Text: s, Title: s, Question: s, Answer: s, Summary: s, Author: s, Published: endless}, {Title: "\n\u202e\u0000", Text: " "}, {},
		}
	}
	return map[string]content.Feed{
		"empty": {},
		"long": {At: turning, Title: longText, Items: items(longText), Document: json.RawMessage(`[[[]],{"a":1e308,"b":null}]`), Events: []content.Event{
			{Title: longText, Location: longText, Start: turning, End: turning.Add(-time.Hour)},
			{Title: longWord, Start: endless, End: endless, AllDay: true},
			{End: endless},
			{Start: turning.AddDate(-1, 0, 0), End: turning.AddDate(1, 0, 0), AllDay: true},
		}},
		"one word": {At: endless, Items: items(longWord), Document: json.RawMessage(`{"a":"` + longWord + `"}`), Weather: &content.Weather{
			Place: longWord, TimeZone: "No/Zone", Now: content.WeatherNow{Temperature: huge, Wind: -huge, Humidity: math.Inf(1), Code: -5},
			Hours: []content.WeatherHour{{Temperature: math.NaN()}}, Days: []content.WeatherDay{{Low: huge, High: -huge, Code: 5000}, {}},
		}},
		"no numbers": {
			At: turning, Document: json.RawMessage(`nonsense`),
			Weather: &content.Weather{
				Latitude: math.NaN(), Longitude: 1e9, Now: content.WeatherNow{Temperature: math.NaN()},
				Days: make([]content.WeatherDay, 20), Hours: make([]content.WeatherHour, 2),
			},
			Air: &content.Air{Place: longText, Index: &huge, PM25: &huge, Pollen: []content.Pollen{{Plant: "x", Grains: math.NaN()}, {Plant: longWord, Grains: -1}}},
		},
	}
}

func hostileSeries() map[string][]render.Series {
	return map[string][]render.Series{
		"none": nil, "nameless": {{Sensor: "t"}},
		"no time": {{
			Sensor: "t", From: turning, To: turning, Points: []render.Point{{At: turning, Value: 1e300}, {At: turning, Value: -1e300}},
			Latest: &render.Value{Value: 1e300, At: endless},
		}},
		"greatest numbers": {{
			Sensor: longText, Label: longText, From: turning.Add(-24 * time.Hour), To: turning,
			Points: []render.Point{{At: turning.Add(-time.Hour), Value: -1.7e308}, {At: turning, Value: 1.7e308}},
		}},
	}
}

// farOptions are options at their ends: the least, the greatest, and texts that mean something to some parser.
func farOptions(kind render.Kind, greatest bool) render.Options {
	chosen := render.Options{}
	for _, option := range kind.AllOptions() {
		switch option.Type {
		case "number":
			n := option.Min
			if greatest {
				n = option.Max
			}
			chosen[option.Name] = strconv.FormatFloat(n, 'f', -1, 64)
		case "text":
			chosen[option.Name] = strings.Repeat("[(|*&#$..", 100)
			if greatest {
				chosen[option.Name] = "$..a"
			}
		case "lines":
			chosen[option.Name] = strings.Repeat("# [(|*&#$..\n", 300)
		case "date":
			chosen[option.Name] = map[bool]string{false: "0001-01-01", true: "9999-12-31"}[greatest]
		case "choice":
			chosen[option.Name] = option.Choices[len(option.Choices)-1].Value
		case "check":
			chosen[option.Name] = strconv.FormatBool(!greatest)
		}
	}
	return chosen
}

// TestNoDataBreaksAWidget draws every kind with the worst that sources, sensors and owners can say.
func TestNoDataBreaksAWidget(t *testing.T) {
	r, err := render.New(os.DirFS(t.TempDir()), os.DirFS(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range render.Kinds() {
		for feedName, feed := range hostileFeeds() {
			for seriesName, series := range hostileSeries() {
				if kind.Needs.Sensor != (feedName == "empty") || !kind.Needs.Sensor && seriesName != "none" {
					continue // a kind that takes no readings is given feeds, any other readings
				}
				for mode, options := range []render.Options{nil, farOptions(kind, false), farOptions(kind, true)} {
					in := render.Input{Series: series, Items: feed.Items, Before: feed.Items, Place: content.Place{Latitude: float64(mode) * 45, Longitude: 180, Name: longText}}
					for _, source := range kind.Needs.Sources {
						in.Sources = append(in.Sources, render.SourceData{ID: source, Name: longText, Kind: source, Credit: longText, Feed: feed, Error: longText, Stale: mode == 1})
					}
					for _, panel := range []render.Panel{{Width: 64, Height: 64, Colors: 2}, {Width: 800, Height: 480, Colors: 7}} {
						s := render.Screen{
							Kind: render.KindLayout, Panel: panel, Now: turning, Inputs: []render.Input{in},
							Locale: render.NewLocale(render.Units{Language: "de", Temperature: "F", Wind: "kn", Clock: "12"}),
							Layout: render.Layout{ID: "x", Name: "X", Padding: 20, Widgets: []render.Widget{{ID: "a", Kind: kind.Name, W: 12, H: 8, Options: options, Border: []string{"top", "left"}}}},
						}
						if _, err := r.Draw(render.Prepare(s)); err != nil {
							t.Errorf("%s, feed %s, series %s, options %d, %d wide: %v", kind.Name, feedName, seriesName, mode, panel.Width, err)
						}
					}
				}
			}
		}
	}
}
