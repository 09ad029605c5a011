package access

import (
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
)

// BaseURL is what absolute addresses begin with, without a slash at the end: the configured public
// URL, or else the request's Host if that is an address of this machine or a name the owner has
// confirmed, or else the address the connection came in on. A forged Host never gets into an answer.
func (a *Access) BaseURL(r *http.Request) string {
	settings := a.db.Settings()
	if settings.PublicURL != "" {
		return settings.PublicURL
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	if slices.Contains(settings.ConfirmedHosts, r.Host) || ownHost(r) {
		return scheme + r.Host
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		return scheme + local.String()
	}
	return scheme + "localhost"
}

// HostConfirmed tells whether the name in this request's Host may be used in addresses.
func (a *Access) HostConfirmed(r *http.Request) bool {
	settings := a.db.Settings()
	return settings.PublicURL != "" || slices.Contains(settings.ConfirmedHosts, r.Host) || ownHost(r)
}

// ownHost tells whether Host is an address or the name of this machine, with the port of the connection.
func ownHost(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	localHost, localPort, err := net.SplitHostPort(local.String())
	if err != nil {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = strings.Trim(r.Host, "[]"), "80"
		if r.TLS != nil {
			port = "443"
		}
	}
	if port != localPort {
		return false
	}
	if host == "localhost" || host == localHost {
		return true
	}
	if name, err := os.Hostname(); err == nil && (strings.EqualFold(host, name) || strings.EqualFold(host, name+".local")) {
		return true
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return false
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	return ip.IsLoopback() || slices.ContainsFunc(own, func(addr net.Addr) bool {
		network, ok := addr.(*net.IPNet)
		return ok && network.IP.Equal(ip)
	})
}
