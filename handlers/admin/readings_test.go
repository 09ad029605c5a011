package admin

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// series are readings of the values, a minute apart.
func series(values ...float64) []store.Reading {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var readings []store.Reading
	for i, value := range values {
		readings = append(readings, store.Reading{Sensor: "temperature", Time: start.Add(time.Duration(i) * time.Minute), Value: value})
	}
	return readings
}

func values(readings []store.Reading) []float64 {
	var list []float64
	for _, reading := range readings {
		list = append(list, reading.Value)
	}
	return list
}

func TestThin(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		points int
		want   []float64
	}{
		{"none", nil, 2, nil},
		{"as many as wanted", []float64{3, 1, 2}, 3, []float64{3, 1, 2}},
		{"lowest and highest, in order of time", []float64{2, 9, 3, 1, 2}, 2, []float64{9, 1}},
		{"of each stretch", []float64{5, 1, 5, 9, 20, 25, 29, 21}, 4, []float64{1, 9, 20, 29}},
		{"a flat stretch needs one", []float64{5, 5, 5, 5}, 2, []float64{5}},
		{"an odd number", []float64{1, 2, 3, 4, 5, 6}, 5, []float64{1, 3, 4, 6}},
		{"too few to thin", []float64{1, 2, 3}, 1, []float64{1, 2, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, values(store.Thin(series(test.values...), test.points))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestThinKeepsExtremes over many lengths: never too many, in order, no peak lost.
func TestThinKeepsExtremes(t *testing.T) {
	for n := range 200 {
		var list []float64
		for i := range n {
			list = append(list, math.Sin(float64(i*i)))
		}
		for points := 2; points < 60; points++ {
			kept := store.Thin(series(list...), points)
			if len(kept) > points {
				t.Fatalf("%d of %d points kept %d", points, n, len(kept))
			}
			if !slices.IsSortedFunc(kept, func(a, b store.Reading) int { return a.Time.Compare(b.Time) }) {
				t.Fatalf("%d of %d points: not in order", points, n)
			}
			if got := values(kept); n > 0 && (slices.Min(got) != slices.Min(list) || slices.Max(got) != slices.Max(list)) {
				t.Fatalf("%d of %d points lost an extreme", points, n)
			}
		}
	}
}

func TestLocal(t *testing.T) {
	for next, want := range map[string]string{
		"/x?a=b#c": "/x?a=b#c", "": "/", "x": "/", "//x": "/", `/\x`: "/", "/\tx": "/", "/x\n": "/", "http://x": "/",
	} {
		if got := local(next); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ got, want string }{
		{ago(now.Add(-59*time.Second), now), "just now"},
		{ago(now.Add(-time.Minute), now), "1 min"},
		{ago(now.Add(-time.Hour), now), "1 h"},
		{ago(now.Add(-48*time.Hour), now), "2 days"},
		{span(59 * time.Second), "59 s"},
		{span(90 * time.Minute), "1 h 30 min"},
		{span(25 * time.Hour), "1 day 1 h"},
		{span(49 * time.Hour), "2 days 1 h"},
		{when(time.Time{}, now, berlin), "never"},
		{when(now, now, berlin), "13:00"},
		{when(now.AddDate(0, 0, -1), now, berlin), "22 Nov 13:00"},
		{when(now.AddDate(-1, 0, 0), now, berlin), "23 Nov 2025 13:00"},
		{size(999), "999 bytes"},
		{size(48_062), "48 KB"},
		{size(999_499), "999 KB"},
		{size(999_500), "1.0 MB"},
		{size(1_250_000), "1.2 MB"},
		{decimal(-0.5), "−0.5"},
		{whole(-61), "−61"},
		{list(nil), ""},
		{list([]string{"a"}), "a"},
		{list([]string{"a", "b", "c"}), "a, b and c"},
		{chipName("esp32"), "ESP32"},
		{chipName("esp32s3"), "ESP32-S3"},
		{chipName("esp8266"), "ESP8266"},
		{chipName(""), ""},
		{optionalSize(0), ""},
		{optionalSize(4 << 20), "4 MB"},
		{optionalSize(1_310_720), "1.25 MB"},
		{optionalSize(20 << 10), "20 KB"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

// TestToast: header values are ASCII, whatever the sentence says.
func TestToast(t *testing.T) {
	text := "Küche “😀”\r\nX: \"y\""
	header := toast(text)
	for _, r := range header {
		if r < ' ' || r > '~' {
			t.Fatalf("%q holds %q", header, r)
		}
	}
	var got struct{ Toast struct{ Kind, Text string } }
	if err := json.Unmarshal([]byte(header), &got); err != nil || got.Toast.Kind != "problem" || got.Toast.Text != text {
		t.Errorf("%+v, %v", got, err)
	}
}
