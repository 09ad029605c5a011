package simulate

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// broken is a server that answers one endpoint wrongly, and the sentence that has to say so.
type broken struct {
	name     string
	endpoint string // part of the URL path
	mangle   func(r *http.Request, a *fakeAnswer)
	legacy   bool
	want     string // endpoint and sentence
}

func header(name, value string) func(*http.Request, *fakeAnswer) {
	return func(_ *http.Request, a *fakeAnswer) {
		a.header.Del(name)
		if value != "" {
			a.header.Set(name, value)
		}
	}
}

// swap replaces bytes of a body, at the same length if it can.
func swap(before, after string) func(*http.Request, *fakeAnswer) {
	return func(_ *http.Request, a *fakeAnswer) {
		a.body = bytes.ReplaceAll(a.body, []byte(before), []byte(after))
		a.header.Del("Content-Length")
	}
}

func status(code int) func(*http.Request, *fakeAnswer) {
	return func(_ *http.Request, a *fakeAnswer) { *a = problemAnswer(code, nil) }
}

func html(_ *http.Request, a *fakeAnswer) {
	*a = fakeAnswer{status: 200, header: http.Header{"Content-Type": {"text/html"}}, body: []byte("<h1>Log in</h1>")}
}

// poke changes one byte of a full screen.
func poke(offset int, value byte) func(*http.Request, *fakeAnswer) {
	return func(_ *http.Request, a *fakeAnswer) {
		if len(a.body) > offset {
			a.body[offset] = value
		}
	}
}

func shorter(_ *http.Request, a *fakeAnswer) {
	if len(a.body) > 1000 {
		a.body = a.body[:len(a.body)-1]
		a.header.Del("Content-Length")
	}
}

// chunked sends a long body without a Content-Length.
func chunked(_ *http.Request, a *fakeAnswer) {
	a.header["Transfer-Encoding"] = []string{"chunked"}
	a.header.Del("Content-Length")
}

func wrongTag304(_ *http.Request, a *fakeAnswer) {
	if a.status == http.StatusNotModified {
		a.header.Set("ETag", `"other"`)
	}
}

func always304(_ *http.Request, a *fakeAnswer) { a.status, a.body = http.StatusNotModified, nil }

// sameTag answers every picture with one ETag and ignores If-None-Match.
func sameTag(r *http.Request, a *fakeAnswer) {
	a.status, a.body = http.StatusOK, fakeScreen(byte(time.Now().Minute()))
	a.header.Set("ETag", `"one"`)
	if r.Method == http.MethodHead {
		a.body = nil
		a.header.Set("Content-Length", "48062")
		return
	}
	a.header.Del("Content-Length")
}

// bitFlip breaks an image but keeps all headers.
func bitFlip(_ *http.Request, a *fakeAnswer) { a.body[len(a.body)/3] ^= 1 }

var brokenServers = []broken{
	{"screen too short", "/dashboard", shorter, false, "dashboard: BMP is 48061 bytes long, not 48062"},
	{"wrong bfSize", "/dashboard", poke(2, 0), false, "dashboard: BMP bfSize is 47872, not 48062"},
	{"wrong biSizeImage", "/dashboard", poke(34, 0), false, "dashboard: BMP biSizeImage is 47872, not 48000"},
	{"palette swapped", "/dashboard", poke(54, 255), false, "dashboard: BMP palette is ff"},
	{"no ETag", "/dashboard", header("ETag", ""), false, "dashboard: no ETag"},
	{"no X-Screen", "/dashboard", header("X-Screen", ""), false, "dashboard: no X-Screen"},
	{"no refresh", "/dashboard", header("X-Refresh-Seconds", "soon"), false, `dashboard: X-Refresh-Seconds is "soon"`},
	{"304 with another ETag", "/dashboard", wrongTag304, false, `dashboard: 304 names ETag "other"`},
	{"304 unasked", "/dashboard", always304, false, "dashboard: 304 to a request without If-None-Match"},
	{"one ETag for all", "/dashboard", sameTag, false, `dashboard: ETag "one" stands for different bytes than before`},
	{"ignores If-None-Match", "/dashboard", sameTag, false, "dashboard: 200 although If-None-Match named the current ETag"},
	{"chunked screen", "/dashboard", chunked, false, "dashboard: Content-Length is -1 for 48062 bytes"},
	{"no Date", "/heartbeat", func(_ *http.Request, a *fakeAnswer) { a.header["Date"] = nil }, false, "heartbeat: no usable Date header"},
	{"HTML", "/heartbeat", html, false, `heartbeat: status 200: Content-Type is "text/html", not application/json`},
	{"HTML is no JSON", "/heartbeat", html, false, "heartbeat: status 200: the body is not a JSON object"},
	{"500", "/heartbeat", status(500), false, "heartbeat: status 500"},
	{"redirect", "/heartbeat", status(302), false, "heartbeat: status 302"},
	{"400 for a good request", "/sensor-data", status(400), false, "sensor-data: status 400"},
	{
		"plain 404", "/sensor-data", func(_ *http.Request, a *fakeAnswer) { html(nil, a); a.status = 404 }, false,
		`sensor-data: status 404: Content-Type is "text/html", not application/problem+json`,
	},
	{
		"401 without challenge", "/sensor-data", func(_ *http.Request, a *fakeAnswer) { status(401)(nil, a); a.header.Del("WWW-Authenticate") }, false,
		"sensor-data: status 401 without WWW-Authenticate: Bearer",
	},
	{"429 without time", "/sensor-data", status(429), false, `sensor-data: key "retry_after_seconds" is missing`},
	{"v1 key missing", "/register", swap(`"message"`, `"note"`), false, `register: key "message" is missing`},
	{"wrong type", "/register", swap(`"success":true`, `"success":"yes"`), false, `register: key "success" is not bool: "yes"`},
	{"no token", "/register", swap(`"token"`, `"tocken"`), false, "register: no token"},
	{
		"unknown command", "/heartbeat", swap(`"identify"`, `"explode"`), false,
		`heartbeat: key "commands[1].name" is not refresh|restart|identify|check_update|set_interval|led: "explode"`,
	},
	{"report with a body", "/report/", func(_ *http.Request, a *fakeAnswer) { a.status = 200 }, false, "report: status 200"},
	{"image changed", "/download/", bitFlip, false, "download: the offer's sha256 is "},
	{"image cut", "/download/", shorter, false, "download: 4127 bytes arrived, offered were 4128"},
	{"wrong x-MD5", "/download/", header("X-Md5", "00"), false, `download: x-MD5 is "00"`},
	{"wrong SHA header", "/download/", header("X-Firmware-Sha256", ""), false, `download: X-Firmware-SHA256 is ""`},
	{"chunked image", "/download/", chunked, false, "download: Content-Length is -1, offered were 4128"},
	{"dead URL", "/download/", status(401), false, "download: status 401 for the firmware_url of an offer just made"},
	{"wrong size offered", "/check/", swap(`"file_size":4128`, `"file_size":4120`), false, "download: Content-Length is 4128, offered were 4120"},
	{"too big", "/check/", swap(`"file_size":4128`, `"file_size":1966081`), false, "check: offers 1966081 bytes for a slot of 1966080"},
	{"relative URL", "/check/", swap(`http://panel.test`, ``), false, `check: key "firmware_url" is not url`},
	{"wrong key", "/check/", swap(`"firmware_key":"ESP32_P`, `"firmware_key":"ESP32_Q`), false, "check: firmware_key is "},
	{"legacy key missing", "/images-sequence", swap(`"file_size"`, `"size"`), true, `images-sequence: key "assigned_images[0].file_size" is missing`},
	{"legacy joke is no text", "/content", swap(`["…"]`, `[1]`), true, `content: key "content.jokes.dad_jokes[0]" is not string: 1`},
	{"legacy absolute URL", "/content", swap(`"/dashboards`, `"http://x/dashboards`), true, `content: key "dashboard_url" is not path`},
	{"legacy picture broken", "/bmp", poke(28, 24), true, "picture: BMP biBitCount is 24, not 1"},
}

func TestViolations(t *testing.T) {
	for _, b := range brokenServers {
		t.Run(b.name, func(t *testing.T) {
			r, _ := simulated(t, func(f *fakeServer, c *Config) {
				if b.legacy {
					c.Legacy = 1
				}
				f.mangle = func(r *http.Request, a *fakeAnswer) {
					if strings.Contains(r.URL.Path, b.endpoint) {
						b.mangle(r, a)
					}
				}
			})
			expectViolation(t, r, b.want)
		})
	}
}

func expectViolation(t *testing.T, r *Report, want string) {
	t.Helper()
	for _, v := range r.Violations {
		if strings.HasPrefix(v.Endpoint+": "+v.What, want) {
			return
		}
	}
	t.Errorf("no violation %q in:\n%s", want, r)
}

func TestImageForAnotherChip(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, _ *Config) { f.image = fakeImage(9) })
	expectViolation(t, r, "download: the image is for chip id 9, the device is an esp32")
	if r.Updates != 0 || r.FailedUpdates != maxTries {
		t.Errorf("updates %d, failed %d", r.Updates, r.FailedUpdates)
	}
}

func TestBrokenAppendedDigest(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, _ *Config) { f.image[len(f.image)-1] ^= 1 })
	expectViolation(t, r, "download: the image's appended digest")
}

func TestOfferOfTheRunningImage(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, _ *Config) {
		f.mangle = func(r *http.Request, a *fakeAnswer) {
			if !strings.Contains(r.URL.Path, "/check/") {
				return
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			clear(f.downloads)
			r.Header.Del("X-Image-SHA256")
			w := &headerOnly{header: http.Header{}}
			f.check(w, r, "sim")
			a.header, a.body = w.header, w.body
		}
	})
	expectViolation(t, r, "check: offers ESP32_PersonalCMS_20260102.030405, which the device runs and named")
}

func TestLegacyReinstallsForEver(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, c *Config) {
		c.Legacy = 1
		f.mangle = func(*http.Request, *fakeAnswer) {
			f.mu.Lock()
			defer f.mu.Unlock()
			clear(f.downloads)
		}
	})
	expectViolation(t, r, "check: ESP32_PersonalCMS_20260102.030405 was offered again and downloaded completely 3 times")
}

func TestLegacyURLChangesWithoutBytes(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, c *Config) {
		c.Legacy = 1
		f.mangle = func(r *http.Request, a *fakeAnswer) {
			if strings.HasPrefix(r.URL.Path, "/dashboards/") {
				a.body = fakeScreen(0)
			}
		}
	})
	expectViolation(t, r, "content: dashboard: the URL changed, the bytes did not")
}

func TestLegacyBytesChangeWithoutURL(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, c *Config) {
		c.Legacy, c.Duration = 1, 2*time.Hour
		f.mangle = func(r *http.Request, a *fakeAnswer) {
			if strings.HasSuffix(r.URL.Path, "/content") {
				a.body = regexp.MustCompile(`\?v=\d+`).ReplaceAll(a.body, []byte("?v=1"))
				a.header.Del("Content-Length")
			}
		}
	})
	expectViolation(t, r, "content: dashboard: the bytes changed, the URL did not")
}

func TestCommandAfterAcknowledgement(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, _ *Config) {
		f.mangle = func(*http.Request, *fakeAnswer) {
			f.mu.Lock()
			defer f.mu.Unlock()
			clear(f.acked)
		}
	})
	expectViolation(t, r, "heartbeat: command 0 delivered again after its acknowledgement")
	if r.Commands != 6 {
		t.Errorf("%d commands executed, want each once", r.Commands)
	}
}
