package handlers_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
)

// bench sends the same request over loopback with 16 connections and reports requests per second.
func bench(b *testing.B, method, url, body string, headers http.Header, want int) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			request, err := http.NewRequest(method, url, strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			request.Header = headers
			response, err := client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode != want {
				b.Errorf("%s", response.Status)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkHeartbeat is a heartbeat that changes nothing but the device's state in memory, as most are.
func BenchmarkHeartbeat(b *testing.B) {
	r := rig.New(b)
	token := r.Enrol("panel", "T")
	bench(b, http.MethodPost, r.URL+"/api/devices/panel/heartbeat", `{"uptime":60,"free_heap":180000,"wifi_rssi":-60}`,
		http.Header{"Authorization": {token}}, http.StatusOK)
}

// BenchmarkScreen304 asks for a screen that has not changed.
func BenchmarkScreen304(b *testing.B) {
	r := rig.New(b)
	token := r.Enrol("panel", "T")
	first := r.Do(http.MethodGet, "/api/devices/panel/dashboard", nil, "Authorization", token)
	bench(b, http.MethodGet, r.URL+"/api/devices/panel/dashboard", "",
		http.Header{"Authorization": {token}, "If-None-Match": {first.Header.Get("ETag")}}, http.StatusNotModified)
}

// BenchmarkSensorData stores a reading; each is on disk when it is answered.
func BenchmarkSensorData(b *testing.B) {
	r := rig.New(b)
	token := r.Enrol("panel", "T")
	bench(b, http.MethodPost, r.URL+"/api/devices/panel/sensor-data", `{"temperature":21.4,"humidity":44}`,
		http.Header{"Authorization": {token}}, http.StatusOK)
}
