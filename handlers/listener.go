package handlers

import (
	"errors"
	"net"
)

// sendBuffer is what may be under way to a device without being known to have arrived, in bytes. With
// more, a download whose connection breaks near its end would count as complete.
const sendBuffer = 32 << 10

// ShortBuffers is a listener whose connections hold back little.
func ShortBuffers(l net.Listener) net.Listener { return shortBuffers{l} }

type shortBuffers struct{ net.Listener }

// Accept waits for the next connection.
func (l shortBuffers) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = errors.Join(err, tcp.SetWriteBuffer(sendBuffer))
	}
	return conn, err
}
