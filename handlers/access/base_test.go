package access

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"personalcms/store"
)

func TestBaseURL(t *testing.T) {
	name, err := os.Hostname()
	must(t, err)
	for _, test := range []struct {
		name, host, local string
		tls               bool
		public            string
		confirmed         []string
		want              string
		known             bool
	}{
		{name: "address of this machine", host: "127.0.0.1:5000", want: "http://127.0.0.1:5000", known: true},
		{name: "localhost", host: "localhost:5000", want: "http://localhost:5000", known: true},
		{name: "name of this machine", host: name + ":5000", want: "http://" + name + ":5000", known: true},
		{name: "its mDNS name", host: name + ".local:5000", want: "http://" + name + ".local:5000", known: true},
		{name: "IPv6", host: "[::1]:5000", local: "[::1]:5000", want: "http://[::1]:5000", known: true},
		{name: "usual port", host: "localhost", local: "127.0.0.1:80", want: "http://localhost", known: true},
		{name: "usual port of TLS", host: "localhost", local: "127.0.0.1:443", tls: true, want: "https://localhost", known: true},
		{name: "forged name", host: "evil.example:5000", want: "http://127.0.0.1:5000"},
		{name: "forged address", host: "192.0.2.66:5000", want: "http://127.0.0.1:5000"},
		{name: "forged port", host: "127.0.0.1:81", want: "http://127.0.0.1:5000"},
		{name: "no port where one is", host: "localhost", want: "http://127.0.0.1:5000"},
		{name: "name that begins like ours", host: "localhost.evil.example:5000", want: "http://127.0.0.1:5000"},
		{name: "with a user", host: "localhost@evil.example:5000", want: "http://127.0.0.1:5000"},
		{name: "with a path", host: "localhost:5000/x", want: "http://127.0.0.1:5000"},
		{name: "with a line break", host: "localhost:5000\r\nX: y", want: "http://127.0.0.1:5000"},
		{name: "empty", host: "", want: "http://127.0.0.1:5000"},
		{name: "confirmed", host: "cms.home:8080", confirmed: []string{"cms.home:8080"}, want: "http://cms.home:8080", known: true},
		{name: "confirmed with another port", host: "cms.home:8081", confirmed: []string{"cms.home:8080"}, want: "http://127.0.0.1:5000"},
		{name: "public wins", host: "localhost:5000", public: "https://cms.example", want: "https://cms.example", known: true},
		{name: "public and forged", host: "evil.example", public: "https://cms.example", want: "https://cms.example", known: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, db, _ := open(t)
			must(t, db.UpdateSettings(func(settings *store.Settings) error {
				settings.PublicURL, settings.ConfirmedHosts = test.public, test.confirmed
				return nil
			}))
			local := test.local
			if local == "" {
				local = "127.0.0.1:5000"
			}
			addr, err := net.ResolveTCPAddr("tcp", local)
			must(t, err)
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request = request.WithContext(context.WithValue(request.Context(), http.LocalAddrContextKey, net.Addr(addr)))
			request.Host = test.host
			if test.tls {
				request.TLS = &tls.ConnectionState{}
			}
			if got := a.BaseURL(request); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			if got := a.HostConfirmed(request); got != test.known {
				t.Errorf("confirmed %v, want %v", got, test.known)
			}
		})
	}
}

func TestBaseURLWithoutConnection(t *testing.T) {
	a, _, _ := open(t)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	if got := a.BaseURL(request); got != "http://localhost" || a.HostConfirmed(request) {
		t.Error(got)
	}
}
