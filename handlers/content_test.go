package handlers_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/render"
)

// forecast is what a server that answers like Open-Meteo says.
func forecast(at time.Time, degrees int) string {
	return fmt.Sprintf(`{"latitude":52.5,"longitude":13.4,"timezone":"Europe/Berlin",
"current":{"time":%d,"temperature_2m":%d,"relative_humidity_2m":70,"apparent_temperature":%d,"is_day":1,"weather_code":3,"pressure_msl":1010,"wind_speed_10m":12,"wind_direction_10m":200},
"hourly":{"time":[%d],"temperature_2m":[%d],"precipitation_probability":[10],"precipitation":[0],"weather_code":[3],"wind_speed_10m":[12],"wind_direction_10m":[200],"is_day":[1]},
"daily":{"time":[%d],"weather_code":[3],"temperature_2m_max":[%d],"temperature_2m_min":[1],"sunrise":[%d],"sunset":[%d],"uv_index_max":[1],"precipitation_sum":[0],"precipitation_probability_max":[5],"wind_speed_10m_max":[18]}}`,
		at.Unix(), degrees, degrees, at.Unix(), degrees, at.Truncate(24*time.Hour).Unix(), degrees+1, at.Unix(), at.Add(time.Hour).Unix())
}

// weatherWall is a server of weather, a source that asks it, and a device whose whole screen shows it.
func weatherWall(t *testing.T, r *rig.Rig, handler http.HandlerFunc) (token string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	token = r.Enrol("hall", "T")
	for _, call := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"POST", "/api/v1/sources", map[string]any{
			"id": "weather", "name": "Weather", "kind": "weather", "url": server.URL, "on_my_network": true,
			"place": map[string]any{"name": "Berlin", "latitude": 52.5, "longitude": 13.4},
		}, http.StatusCreated},
		{"POST", "/api/v1/layouts", render.Layout{ID: "wall", Name: "Wall", Widgets: []render.Widget{{
			ID: "w", Kind: "weather", W: render.Columns, H: render.Rows, Sources: []string{"weather"},
		}}}, http.StatusCreated},
		{"PATCH", "/api/v1/devices/hall", map[string]any{"preferences": map[string]any{"layout": "wall"}}, http.StatusOK},
	} {
		if answer := r.Script(call.method, call.path, call.body); answer.Status != call.status {
			t.Fatalf("%s %s: %d %s", call.method, call.path, answer.Status, answer.Body)
		}
	}
	return token
}

func dashboard(t *testing.T, r *rig.Rig, token string) []byte {
	t.Helper()
	answer := r.Do(http.MethodGet, "/api/devices/hall/dashboard", nil, "Authorization", token)
	if answer.Status != http.StatusOK || len(answer.Body) == 0 {
		t.Fatalf("dashboard: %d %.200s", answer.Status, answer.Body)
	}
	return answer.Body
}

// TestFromASourceToThePanel follows the weather from a server to the bits of a screen.
func TestFromASourceToThePanel(t *testing.T) {
	r := rig.New(t)
	var degrees atomic.Int32
	var broken atomic.Bool
	degrees.Store(8)
	token := weatherWall(t, r, func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(forecast(r.Now(), int(degrees.Load()))))
	})
	fetch := func() {
		t.Helper()
		if answer := r.Script(http.MethodPost, "/api/v1/sources/weather/fetch", nil); answer.Status != http.StatusOK {
			t.Fatalf("fetch: %d %s", answer.Status, answer.Body)
		}
	}
	empty := dashboard(t, r, token)
	fetch()
	eight := dashboard(t, r, token)
	if bytes.Equal(empty, eight) {
		t.Error("the screen did not change with the first fetch")
	}
	if again := dashboard(t, r, token); !bytes.Equal(eight, again) {
		t.Error("the screen changed although nothing did")
	}
	degrees.Store(21)
	fetch()
	warm := dashboard(t, r, token)
	if bytes.Equal(eight, warm) {
		t.Error("the screen did not change with the weather")
	}
	broken.Store(true)
	fetch()
	if !strings.Contains(string(r.Script(http.MethodGet, "/api/v1/sources/weather", nil).Body), `"works":"failing"`) {
		t.Error("the source is not failing")
	}
	if kept := dashboard(t, r, token); bytes.Equal(kept, empty) {
		t.Error("a failing source emptied the screen")
	}
}

// TestAScreenWaitsForNoFetch asks for a screen while the server of its source hangs.
func TestAScreenWaitsForNoFetch(t *testing.T) {
	r := rig.New(t)
	arrived, release := make(chan bool), make(chan bool)
	token := weatherWall(t, r, func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		_, _ = w.Write([]byte(forecast(r.Now(), 8)))
	})
	key, fetched := r.Key(), make(chan rig.Answer)
	go func() { fetched <- r.Do(http.MethodPost, "/api/v1/sources/weather/fetch", nil, "Authorization", key) }()
	<-arrived
	dashboard(t, r, token) // would never come back if it waited: the server is let go only behind it
	close(release)
	if answer := <-fetched; answer.Status != http.StatusOK {
		t.Errorf("fetch: %d %s", answer.Status, answer.Body)
	}
}
