package main

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built is the program as people run it, built once for all tests.
var built string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "personalcms-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built = filepath.Join(folder, "personalcms")
	build := exec.Command("go", "build", "-o", built, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// process is a running program.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	url string // http://127.0.0.1:port
	log *lockedBuffer
}

// lockedBuffer is written by the program and read by the test.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) add(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf.WriteString(line + "\n")
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

var servingAt = regexp.MustCompile(`serving address=(\S+)`)

// start runs the server on a data folder and waits until it serves. listen may name a port that must
// stay the same; "" takes a free one.
func start(t *testing.T, data, listen string, environment ...string) *process {
	t.Helper()
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	p := &process{t: t, log: &lockedBuffer{}}
	p.cmd = exec.Command(built, "serve", "--listen", listen, "--data", data)
	p.cmd.Env = append(os.Environ(), environment...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			p.log.add(lines.Text())
			if found := servingAt.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		close(address)
	}()
	select {
	case at, ok := <-address:
		if !ok {
			t.Fatalf("the server ended before it served:\n%s", p.log)
		}
		p.url = "http://" + at
	case <-time.After(20 * time.Second):
		t.Fatalf("the server does not serve:\n%s", p.log)
	}
	return p
}

// kill pulls the plug.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

// stop ends the server as an administrator would and wants it to end well.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("the server ended with %v:\n%s", err, p.log)
	}
}

var setupAt = regexp.MustCompile(`http://\S+(/setup\?token=\S+)`)

// setupLink is the one-time link the server printed.
func (p *process) setupLink() string {
	p.t.Helper()
	found := setupAt.FindStringSubmatch(p.log.String())
	if found == nil {
		p.t.Fatalf("no set-up link was printed:\n%s", p.log)
	}
	return p.url + found[1]
}

// call sends JSON and decodes the answer into an object.
func (p *process) call(method, path string, body any, headers ...string) (*http.Response, map[string]any) {
	p.t.Helper()
	response, raw, err := p.try(method, path, body, headers...)
	if err != nil {
		p.t.Fatal(err)
	}
	var object map[string]any
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &object); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
		}
	}
	return response, object
}

func (p *process) try(method, path string, body any, headers ...string) (*http.Response, []byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, nil, err
	}
	request, err := http.NewRequest(method, p.url+path, bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return response, answer, err
}

func TestASecondProcessGetsAClearSentence(t *testing.T) {
	data := t.TempDir()
	first := start(t, data, "")
	out, err := exec.Command(built, "serve", "--listen", "127.0.0.1:0", "--data", data).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("the second process ended with %v, not with exit code 1", err)
	}
	if !strings.Contains(string(out), "in use by another PersonalCMS") {
		t.Errorf("it said %q", out)
	}
	first.stop()
	start(t, data, "").stop() // and the file is free again
}

func TestAPasswordFromTheEnvironmentMakesTheOwner(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("a long enough password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD_FILE="+file, "PERSONALCMS_ENROLMENT=open")
	if strings.Contains(p.log.String(), "/setup?token=") {
		t.Error("a set-up link was printed although there is an owner")
	}
	if response, _ := p.call(http.MethodPost, "/api/v1/session", map[string]string{"username": "admin", "password": "a long enough password"}); response.StatusCode != http.StatusNoContent {
		t.Errorf("signing in: %s", response.Status)
	}
	if _, answer := p.call(http.MethodPost, "/api/devices/register", map[string]string{"device_id": "d", "device_type": "T", "auth": "token"}); answer["status"] != "approved" {
		t.Errorf("with open enrolment a new device is %v", answer["status"])
	}
	p.stop()
}

func TestBadConfigurationIsRefusedWithASentence(t *testing.T) {
	for name, row := range map[string]struct {
		environment, want string
	}{
		"short password": {"PERSONALCMS_ADMIN_PASSWORD=short", "at least 10 characters"},
		"public URL":     {"PERSONALCMS_PUBLIC_URL=personalcms.local/x", "Write it like http://personalcms.local:5000"},
		"enrolment":      {"PERSONALCMS_ENROLMENT=maybe", "must be one of"},
		"missing file":   {"SECRET_KEY_FILE=/nowhere/at/all", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(built, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir())
			cmd.Env = append(os.Environ(), row.environment)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), row.want) {
				t.Errorf("ended with %v and said %q, want %q", err, out, row.want)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	text := filepath.Join(t.TempDir(), "notes.bin")
	if err := os.WriteFile(text, []byte("fifteen bytes.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		args []string
		want string
		fail bool
	}{
		"version":          {[]string{"version"}, "personalcms", false},
		"help":             {[]string{"--help"}, "simulate", false},
		"unknown flag":     {[]string{"--nothing"}, "unknown flag", true},
		"inspect text":     {[]string{"firmware", "inspect", text}, "This is text, not firmware", true},
		"simulate nowhere": {[]string{"simulate", "--server", "ftp://x"}, "not an http:// or https:// address", true},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command(built, row.args...).CombinedOutput()
			if (err != nil) != row.fail || !strings.Contains(string(out), row.want) {
				t.Errorf("ended with %v and said %q, want %q", err, out, row.want)
			}
		})
	}
}

// bomb is a picture of 13300×13300 pixels in 21 KB.
func bomb(t *testing.T) []byte {
	t.Helper()
	const side = 13300
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+(side+7)/8)
	for range side {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, chunk := range []struct {
		name string
		data []byte
	}{{"IHDR", append(header, 1, 0, 0, 0, 0)}, {"IDAT", packed.Bytes()}, {"IEND", nil}} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk.data)))
		named := append([]byte(chunk.name), chunk.data...)
		out = append(out, named...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(named))
	}
	return out
}

var peakMemory = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

func TestA21KBPictureOf13300Pixels(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password)
	key := keyOf(t, p, "admin")
	data := bomb(t)
	if len(data) > 25_000 {
		t.Fatalf("the picture has %d bytes", len(data))
	}
	if status := p.upload(t, key, "/api/v1/pictures", "file", "bomb.png", data, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", status)
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("this system does not tell a process’s peak memory")
	}
	peak, err := strconv.Atoi(peakMemory.FindStringSubmatch(string(raw))[1])
	if err != nil || peak > 120<<10 {
		t.Errorf("the server’s peak memory is %d KiB, %v", peak, err)
	}
	t.Logf("peak memory %d KiB", peak)
	p.stop()
}
