package simulate

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCheckKeys(t *testing.T) {
	for name, c := range map[string]struct {
		body, spec string
		want       []string
	}{
		"all kinds":          {`{"a":"x","b":1.5,"c":2,"d":true,"e":{},"f":[],"g":"2026-01-02T03:04:05Z","h":"https://x","i":"/x","j":3,"k":"one"}`, "a=string b=number c=integer d=bool e=object f=array g=time h=url i=path j=id k=one|two", nil},
		"missing":            {`{}`, "a=string", []string{`key "a" is missing`}},
		"null":               {`{"a":null}`, "a=string", []string{`key "a" is not string: null`}},
		"optional":           {`{"b":null}`, "a?=string b?=string", nil},
		"optional wrong":     {`{"a":1}`, "a?=string", []string{`key "a" is not string: 1`}},
		"fraction":           {`{"a":1.5}`, "a=integer", []string{`key "a" is not integer: 1.5`}},
		"word":               {`{"a":"tw"}`, "a=one|two", []string{`key "a" is not one|two: "tw"`}},
		"empty word":         {`{"a":""}`, "a=one|two", []string{`key "a" is not one|two: ""`}},
		"empty id":           {`{"a":""}`, "a=id", []string{`key "a" is not id: ""`}},
		"nested":             {`{"a":{"b":[{"c":1},{"c":"x"}]}}`, "a.b[].c=number", []string{`key "a.b[1].c" is not number: "x"`}},
		"not an object":      {`{"a":1}`, "a.b=string", []string{`key "a" is not an object`}},
		"not an array":       {`{"a":null}`, "a[]=string", []string{`key "a" is not an array`}},
		"optional in middle": {`{}`, "a?.b=string c?[].d=string", nil},
		"any key":            {`{"a":{"x":["1"],"y":["2",3]}}`, "a.*[]=string", []string{`key "a.y[1]" is not string: 3`}},
		"long value":         {`{"a":"` + strings.Repeat("x", 99) + `"}`, "a=number", []string{`key "a" is not number: "` + strings.Repeat("x", 59) + "…"}},
	} {
		t.Run(name, func(t *testing.T) {
			dec := json.NewDecoder(strings.NewReader(c.body))
			dec.UseNumber()
			var o object
			if err := dec.Decode(&o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, checkKeys(o, c.spec)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckBMP(t *testing.T) {
	good := fakeScreen(3)
	if err := CheckBMP(good, 800, 480); err != nil {
		t.Fatal(err)
	}
	if err := CheckBMP(good, 480, 800); err == nil {
		t.Error("accepted for a panel of another size")
	}
	for offset, want := range map[int]string{
		0: "BM", 2: "bfSize", 10: "bfOffBits", 14: "biSize", 18: "biWidth", 22: "biHeight", 26: "biPlanes", 28: "biBitCount",
		30: "biCompression", 34: "biSizeImage", 46: "biClrUsed", 54: "palette", 58: "palette", 61: "palette",
	} {
		b := bytes.Clone(good)
		b[offset] ^= 0x40
		if err := CheckBMP(b, 800, 480); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("byte %d changed: %v, want a word about %s", offset, err, want)
		}
	}
	for _, size := range []int{0, 1, 61, 62, 48061} {
		if CheckBMP(good[:size], 800, 480) == nil {
			t.Errorf("%d bytes accepted", size)
		}
	}
}

// FuzzCheckBMP: whatever is accepted can be drawn.
func FuzzCheckBMP(f *testing.F) {
	small := append(bytes.Clone(fakeScreen(0)[:62]), 0x80, 0, 0, 0, 0x40, 0, 0, 0)
	small[2], small[3], small[18], small[19], small[22], small[23], small[34], small[35] = 70, 0, 9, 0, 2, 0, 8, 0
	if err := CheckBMP(small, 9, 2); err != nil {
		f.Fatal(err)
	}
	f.Add(small, 9, 2)
	f.Add([]byte{}, 0, 0)
	f.Add([]byte("BM"), 800, 480)
	f.Add(fakeScreen(1), 800, 480)
	f.Fuzz(func(t *testing.T, b []byte, width, height int) {
		if width < 0 || height < 0 || width > 2000 || height > 2000 || CheckBMP(b, width, height) != nil {
			return
		}
		if got := bmpImage(b, width, height).Bounds(); got.Dx() != width || got.Dy() != height {
			t.Errorf("drawn as %v", got)
		}
	})
}

func TestPercentiles(t *testing.T) {
	s := &samples{}
	if got := s.percentiles(); got != (Latency{}) {
		t.Errorf("of nothing: %v", got)
	}
	for i := range 200 {
		s.add(time.Duration(200-i) * time.Millisecond)
	}
	want := Latency{P50: 100 * time.Millisecond, P95: 190 * time.Millisecond, P99: 198 * time.Millisecond}
	if diff := cmp.Diff(want, s.percentiles()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestViolationsAreBounded(t *testing.T) {
	r := newRecorder(Config{Log: &bytes.Buffer{}})
	for range maxViolations + 5 {
		r.violation(Violation{"sim-1", endCheck, "no"})
	}
	got := r.finish()
	if len(got.Violations) != maxViolations || got.ViolationCount != maxViolations+5 {
		t.Errorf("%d kept, %d counted", len(got.Violations), got.ViolationCount)
	}
	if text := got.String(); !strings.Contains(text, "violations: 205") || !strings.Contains(text, "… and 5 more") {
		t.Error(text)
	}
}

func TestReportIsReadable(t *testing.T) {
	r := &Report{
		Devices: 2, Approved: 1, Requests: map[string]int{"check": 3}, Latency: map[string]Latency{"check": {P50: 1234567, P95: 2 * time.Second, P99: 999}},
		Refused: map[string]int{"check 429": 1}, Bytes: 10, ViolationCount: 1, Violations: []Violation{{"sim-1", "check", "status 500"}},
	}
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	want := `devices 2, approved 1; 3 requests, 10 bytes received, 0 connection errors
screens 0, not modified 0; updates installed 0, confirmed 0, failed 0; commands 0
endpoint          requests        p50        p95        p99
check                    3     1.23ms         2s        1µs
refused: check 429 × 1
violations: 1
  sim-1 check: status 500
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadingsArePlausible(t *testing.T) {
	sim := &simulation{Config: Config{Devices: 1, Seed: 3, Prefix: "sim"}}
	d := newDevice(sim, 0)
	coldest, warmest := 99.0, -99.0
	motions := 0
	for at := time.Duration(0); at < 24*time.Hour; at += time.Minute {
		o := d.sensors.sample(at, d.values)
		temperature := o["temperature"].(float64)
		coldest, warmest = min(coldest, temperature), max(warmest, temperature)
		if h := o["humidity"].(float64); h < 20 || h > 80 {
			t.Fatalf("humidity %v at %s", h, at)
		}
		if o["motion_detected"] == true {
			motions++
		}
	}
	if warmest-coldest < 1.5 || warmest > 30 || coldest < 10 || motions < 50 {
		t.Errorf("%v to %v °C, %d motions", coldest, warmest, motions)
	}
}
