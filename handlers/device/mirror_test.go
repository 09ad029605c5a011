package device

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/labstack/echo/v4"
	"github.com/rs/zerolog"
)

// mirror is a server with one image in virtual time: its connections are pipes, which buffer nothing.
type mirror struct {
	t      *testing.T
	db     *store.DB
	h      *Handler
	image  ota.Image
	key    string
	client *http.Client
}

// mirrored runs test against a server with these limits.
func mirrored(t *testing.T, limits store.Downloads, test func(m *mirror)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := &mirror{t: t}
		db, err := store.Open(t.TempDir())
		m.must(err)
		defer func() { m.must(db.Close()) }()
		m.db, m.h = db, New(db, access.New(db, db.Secret(), false, time.Now), nil, nil, zerolog.Nop(), time.Now)
		m.limit(limits)
		data := otatest.Build(otatest.Options{Size: 100_000})
		img, err := ota.ReadImage(data)
		m.must(err)
		stored, err := db.AddFirmware(store.Firmware{DeviceType: "T", Version: "1.0", Uploaded: time.Now(), Image: *img}, data, false)
		m.must(err)
		m.image, m.key = *img, stored.Key
		router := echo.New()
		m.h.Routes(router)
		router.HTTPErrorHandler = func(err error, c echo.Context) { _ = problem.Of(err).Write(c.Response()) }
		pipes := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
		server := httptest.NewUnstartedServer(router)
		_ = server.Listener.Close()
		server.Listener = pipes
		server.Start()
		transport := &http.Transport{DialContext: pipes.dial, DisableCompression: true}
		m.client = &http.Client{Transport: transport}
		defer server.Close()
		defer server.CloseClientConnections()
		defer transport.CloseIdleConnections()
		test(m)
	})
}

func (m *mirror) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *mirror) limit(limits store.Downloads) {
	m.t.Helper()
	m.must(m.db.UpdateSettings(func(settings *store.Settings) error { settings.Downloads = limits; return nil }))
}

// ask begins a request for the image; the body of its answer is open.
func (m *mirror) ask(method, device, attempt string, headers ...string) *http.Response {
	m.t.Helper()
	url := m.h.firmwareURL(device, ota.Attempt{ID: attempt, FirmwareKey: m.key})
	request, err := http.NewRequest(method, "http://mirror.test"+url, nil)
	m.must(err)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := m.client.Do(request)
	m.must(err)
	return response
}

// status asks for the image, reads whatever comes and tells how it was answered.
func (m *mirror) status(method, device string, headers ...string) int {
	m.t.Helper()
	response := m.ask(method, device, "", headers...)
	defer func() { _ = response.Body.Close() }()
	_, err := io.Copy(io.Discard, response.Body)
	m.must(err)
	return response.StatusCode
}

// attempted gives the device "a" an attempt "1".
func (m *mirror) attempted() {
	m.t.Helper()
	m.must(m.db.CreateDevice(store.Device{ID: "a", Registered: time.Now(), Code: "123456"}))
	_, err := m.db.StepUpdate("a", func(facts store.UpdateFacts) (store.Changed, error) {
		return store.Changed{Device: facts.Device, Attempts: []ota.Attempt{{
			ID: "1", DeviceID: "a", FirmwareKey: m.key, Size: m.image.Size, State: ota.StateOffered, Offered: time.Now(),
		}}}, nil
	})
	m.must(err)
}

// attempt is that attempt as it is now.
func (m *mirror) attempt() ota.Attempt {
	m.t.Helper()
	attempts, err := m.db.Attempts("a")
	m.must(err)
	return attempts[0]
}

// pipes is a listener without a network.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5000} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.accepted <- theirs:
		return mine, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
