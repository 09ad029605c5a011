package content

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// special are the blocks of addresses that no public server has: private, loopback, link-local (cloud
// metadata among them), carrier NAT, documentation, benchmarks, multicast, reserved.
func special() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("240.0.0.0/4"),
		// Of IPv6, tunnels that carry any IPv4 address inside them count as special too.
		netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
		netip.MustParsePrefix("3fff::/20"),
	}
}

// public reports whether address is one of the public internet.
func public(address netip.Addr) bool {
	address = address.Unmap()
	if address.Is6() && (address.Zone() != "" || !netip.MustParsePrefix("2000::/3").Contains(address)) {
		// Everything else of IPv6 is loopback, link-local, unique local, multicast, NAT64 or not given out.
		return false
	}
	for _, block := range special() {
		if block.Contains(address) {
			return false
		}
	}
	return address.IsValid()
}

// transport connects only where allowed says. The check is made on the very address that is connected to,
// after the name was looked up, so a name that changes its address between check and use gains nothing.
func transport(allowed func(netip.AddrPort) bool) *http.Transport {
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !allowed(to) {
				return ErrOwnNetwork
			}
			return nil
		},
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		Proxy:                  nil, // a proxy of the environment would connect where we may not
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true, // minutes pass between fetches
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
