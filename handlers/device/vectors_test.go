package device_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/store"
)

var update = flag.Bool("update", false, "write the examples of the vectors anew")

// vector is one exchange of the protocol; testdata/vectors/README.md says what the keys mean.
type vector struct {
	Name    string            `json:"name"`
	About   string            `json:"about"`
	Setup   []step            `json:"setup"`
	Request vectorRequest     `json:"request"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Answer  json.RawMessage   `json:"answer"`
	Example json.RawMessage   `json:"example"`
}

type vectorRequest struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

type step struct {
	Step       string          `json:"step"`
	DeviceID   string          `json:"device_id,omitempty"`
	DeviceType string          `json:"device_type,omitempty"`
	Command    string          `json:"command,omitempty"`
	Settings   json.RawMessage `json:"settings,omitempty"`
	Request    *vectorRequest  `json:"request,omitempty"`
}

// TestVectors sends every request in testdata/vectors to a real server and compares the answers.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d vectors, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v vector
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&v); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if v.Name+".json" != filepath.Base(file) {
			t.Errorf("%s is named %q", file, v.Name)
		}
		t.Run(v.Name, func(t *testing.T) { t.Parallel(); v.run(t, file) })
	}
}

func (v vector) run(t *testing.T, file string) {
	r, known := rig.New(t), variables{}
	for _, s := range v.Setup {
		s.run(t, r, known)
	}
	answer := v.Request.send(t, r, known)
	if answer.Status != v.Status {
		t.Fatalf("status %d, want %d: %.500s", answer.Status, v.Status, answer.Body)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Headers)) {
		var got any = answer.Header.Get(name)
		if v.Headers[name] == "$int" {
			got = parse(t, []byte(answer.Header.Get(name)))
		}
		for _, line := range mismatches(name, known.expand(v.Headers[name]), got) {
			t.Error(line)
		}
	}
	if answer.Header.Get("Date") != r.Now().Format("Mon, 02 Jan 2006 15:04:05 GMT") {
		t.Errorf("Date: %q is not the server’s clock", answer.Header.Get("Date"))
	}
	if string(v.Answer) == "null" {
		if len(answer.Body) > 0 && strings.Contains(answer.Header.Get("Content-Type"), "json") {
			t.Errorf("an answer without a body has one: %.200s", answer.Body)
		}
		return
	}
	want := parse(t, []byte(known.expand(string(v.Answer))))
	for _, line := range mismatches("", want, parse(t, answer.Body)) {
		t.Error(line)
	}
	if *update {
		v.Example = answer.Body
		v.write(t, file)
		return
	}
	v.checkExample(t)
}

// checkExample makes sure that the example others read is one of the answers described. What comes
// from the set-up may differ there.
func (v vector) checkExample(t *testing.T) {
	t.Helper()
	want := variable.ReplaceAllString(string(v.Answer), "$$any")
	for _, line := range mismatches("example", parse(t, []byte(want)), parse(t, v.Example)) {
		t.Error(line)
	}
}

func (v vector) write(t *testing.T, file string) {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// variables are what the set-up leaves for the request, by name.
type variables map[string]string

var variable = regexp.MustCompile(`\$\{[a-z0-9_]+\}`)

func (known variables) expand(s string) string {
	return variable.ReplaceAllStringFunc(s, func(found string) string {
		if value, ok := known[found[2:len(found)-1]]; ok {
			return value
		}
		return found
	})
}

func (q vectorRequest) send(t *testing.T, r *rig.Rig, known variables) rig.Answer {
	t.Helper()
	var headers []string
	for _, name := range slices.Sorted(maps.Keys(q.Headers)) {
		headers = append(headers, name, known.expand(q.Headers[name]))
	}
	var body any
	var raw string
	switch {
	case len(q.Body) == 0 || string(q.Body) == "null":
	case json.Unmarshal(q.Body, &raw) == nil:
		body = known.expand(raw)
	default:
		body = known.expand(string(q.Body))
	}
	return r.Do(q.Method, known.expand(q.Path), body, headers...)
}

func (s step) run(t *testing.T, r *rig.Rig, known variables) {
	t.Helper()
	switch s.Step {
	case "enrolled":
		known["token"] = strings.TrimPrefix(r.Enrol(s.DeviceID, s.DeviceType), "Bearer ")
	case "legacy":
		r.EnrolLegacy(s.DeviceID, s.DeviceType)
	case "firmware":
		data, img := build(t, 1, "esp32")
		known["firmware_key"] = r.Upload(s.DeviceType, data, true)
		known["sha256"], known["image_sha256"], known["md5"] = img.SHA256, img.ImageSHA256, img.MD5
		known["size"] = fmt.Sprint(len(data))
	case "picture":
		picture := addPicture(t, r, s.DeviceID)
		known["picture_id"], known["filename"] = picture.ID, picture.Filename
	case "command":
		command(t, r, s.DeviceID, s.Command)
	case "allow_reenrolment":
		ok(t, r.Script("POST", "/api/v1/devices/"+s.DeviceID+"/allow-reenrolment", nil), 200)
	case "settings":
		set(t, r, func(settings *store.Settings) {
			if err := json.Unmarshal(s.Settings, settings); err != nil {
				t.Fatal(err)
			}
		})
	case "request":
		answer := s.Request.send(t, r, known)
		if answer.Status >= 400 {
			t.Fatalf("set-up: %d %s", answer.Status, answer.Body)
		}
		if !strings.Contains(answer.Header.Get("Content-Type"), "json") {
			return
		}
		for key, value := range answer.JSON(t) {
			if value, isText := value.(string); isText {
				known[key] = path(r, value)
			}
		}
	default:
		t.Fatalf("unknown step %q", s.Step)
	}
}
