package device

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"personalcms/handlers/problem"
)

// FuzzDeviceJSON feeds every JSON body of a device to what reads it. Each either takes it or says in a
// problem what is wrong; nothing that cannot be measured gets through.
func FuzzDeviceJSON(f *testing.F) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"temperature":1e999}`, `{"readings":{"a":1},"batch":[{"timestamp":"2026-11-23T12:00:00Z","humidity":4}]}`,
		`{"device_id":"a","device_type":"b","auth":"token","panel":{"width":800},"capabilities":"a,b"}`, `{"acks":["1",2],"led_mode":3}`,
		`{"attempt":7,"state":"failed","bytes":-1}`,
	} {
		f.Add([]byte(seed))
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var req registration
		if refused(t, decodeBytes(raw, &req)) {
			refused(t, req.check())
		}
		var b beat
		if refused(t, decodeBytes(raw, &b)) {
			refused(t, b.check())
		}
		var report attemptReport
		refused(t, decodeBytes(raw, &report))
		found, err := readingsOf(raw, now)
		if !refused(t, err) {
			return
		}
		for _, reading := range found.values {
			if math.IsNaN(reading.Value) || math.IsInf(reading.Value, 0) || reading.Sensor == "" || reading.Time.IsZero() {
				t.Errorf("%q lets %+v through", raw, reading)
			}
		}
	})
}

// refused tells whether a body was taken; an error that is no problem fails the test.
func refused(t *testing.T, err error) (taken bool) {
	t.Helper()
	var p *problem.Problem
	if err != nil && !errors.As(err, &p) {
		t.Errorf("an error that nobody can read: %v", err)
	}
	return err == nil
}
