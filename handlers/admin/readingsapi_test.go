package admin_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// measured is a rig with 600 readings of one device, ten seconds apart, with one peak and one pit.
func measured(t *testing.T) *rig.Rig {
	t.Helper()
	r := rig.New(t)
	r.Enrol("panel", "T")
	var readings []store.Reading
	for i := range 600 {
		value := 20.0
		switch i {
		case 100:
			value = 35
		case 401:
			value = -5
		}
		readings = append(readings, store.Reading{Sensor: "temperature", Value: value, Time: rig.Start.Add(time.Duration(i-600) * 10 * time.Second)})
	}
	must(t, r.DB.AddReadings("panel", rig.Start, readings, nil))
	return r
}

func points(t *testing.T, r *rig.Rig, search string) [][]any {
	t.Helper()
	answer := r.Script(http.MethodGet, "/api/v1/devices/panel/readings?"+search, nil)
	wants(t, answer, http.StatusOK)
	var rows [][]any
	for _, row := range answer.JSON(t)["points"].([]any) {
		rows = append(rows, row.([]any))
	}
	return rows
}

func TestReadings(t *testing.T) {
	r := measured(t)
	body := r.Script(http.MethodGet, "/api/v1/devices/panel/readings?sensor=temperature&points=2", nil).JSON(t)
	want := map[string]any{"sensor": "temperature", "unit": "°C", "points": []any{
		[]any{"2026-11-23T10:36:40Z", 35.0}, []any{"2026-11-23T11:26:50Z", -5.0},
	}}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		search string
		want   int
	}{
		{"", 500},
		{"points=10000", 600},
		{"points=601", 600},
		{"sensor=humidity", 0},
		{"sensor=nonsense", 0},
		{"points=10000&from=2026-11-23T11:59:00Z", 6},
		{"points=10000&from=2026-11-23T11:00:00Z&to=2026-11-23T11:01:00Z", 6},
		{"points=10000&from=2026-11-23T12:00:00%2B01:00&to=2026-11-23T12:01:00%2B01:00", 6},
		{"to=2026-11-01T00:00:00Z", 0},
	} {
		t.Run(test.search, func(t *testing.T) {
			got := points(t, r, test.search)
			if d := len(got) - test.want; d > 1 || d < -test.want/2 {
				t.Errorf("%d points, want about %d", len(got), test.want)
			}
		})
	}
	found := map[string]bool{}
	for _, row := range points(t, r, "points=20") {
		found[fmt.Sprint(row[1])] = true
	}
	if !found["35"] || !found["-5"] {
		t.Errorf("thinned to %v", found)
	}
}

func TestReadingsRefused(t *testing.T) {
	r := measured(t)
	for _, test := range []struct{ search, key string }{
		{"points=1", "points"},
		{"points=10001", "points"},
		{"points=x", "points"},
		{"points=-5", "points"},
		{"from=yesterday", "from"},
		{"to=1795435200", "to"},
		{"from=2026-11-23", "from"},
		{"to=2026-13-01T00:00:00Z", "to"},
		{"from=2026-11-23T12:00:00Z&to=2026-11-23T11:00:00Z", ""},
		{"from=1970-01-01T00:00:00Z", ""},
		{"from=0001-01-01T00:00:00Z", ""},
	} {
		t.Run(test.search, func(t *testing.T) {
			wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices/panel/readings?"+test.search, nil), http.StatusBadRequest, "bad_value", test.key)
		})
	}
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices/nobody/readings", nil), http.StatusNotFound, "unknown_device", "")
}
