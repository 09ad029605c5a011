// Package access answers who is asking: a person with a session, a script with an API key, a device
// with its token, or whoever holds an address that the server signed.
package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// CookieName is the session's cookie.
const CookieName = "personalcms_session"

const sessionLength = 30 * 24 * time.Hour

// Access knows who may do what.
type Access struct {
	db     *store.DB
	now    func() time.Time
	key    []byte // signs URLs
	secure bool   // cookies only over TLS
	logins *limiter

	hashing     sync.Mutex
	otaPassword string // hash of the OTA password that was right last; guarded by hashing
}

// New makes an Access. secret signs URLs; secure marks cookies as for TLS only.
func New(db *store.DB, secret []byte, secure bool, now func() time.Time) *Access {
	mac := hmac.New(sha256.New, secret)
	_, _ = io.WriteString(mac, "personalcms signed urls")
	return &Access{db: db, now: now, key: mac.Sum(nil), secure: secure, logins: newLimiter(now)}
}

// Caller is a person or a script.
type Caller struct {
	Name    string   // user name, or the API key's name
	Role    string   // owner, editor, viewer
	Scopes  []string // of an API key; nil for a person
	Session string   // hash of the session, "" for a script
}

// Household is the scope of the little that everybody who can sign in may change: what a panel shows of what there is.
const Household = "household"

// May tells whether the caller may change things.
func (c Caller) May(scope string) bool {
	if c.Session != "" {
		return c.Role == "owner" || c.Role == "editor" || c.Role == "viewer" && scope == Household
	}
	return slices.Contains(c.Scopes, scope)
}

// Hash is how tokens are kept: hex of their SHA-256.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// NewToken is a random 256-bit token as base64url.
func NewToken() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Caller finds out who sent a request; the zero Caller and false if nobody known did.
func (a *Access) Caller(r *http.Request) (Caller, bool) {
	if cookie, err := r.Cookie(CookieName); err == nil {
		hash := Hash(cookie.Value)
		session, user, err := a.db.Session(hash)
		if err == nil && a.now().Before(session.Expires) {
			return Caller{Name: user.Name, Role: user.Role, Session: hash}, true
		}
	}
	token, ok := Bearer(r)
	if !ok {
		return Caller{}, false
	}
	id, found := keyID(token)
	if !found {
		return Caller{}, false
	}
	key, err := a.db.Key(id)
	if err != nil || !equal(key.Hash, Hash(token)) {
		return Caller{}, false
	}
	return Caller{Name: "key " + key.Name, Role: "editor", Scopes: key.Scopes}, true
}

// Bearer is the token of the Authorization header.
func Bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

// NewKey makes an API key: its id, and the key itself, which is shown once.
func NewKey() (id, key string) {
	raw := make([]byte, 6)
	_, _ = rand.Read(raw)
	id = hex.EncodeToString(raw)
	return id, "pcms_" + id + "_" + NewToken()
}

func keyID(key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, "pcms_")
	if !ok {
		return "", false
	}
	id, _, ok := strings.Cut(rest, "_")
	return id, ok
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Device tells whether the request may speak as this device: it bears its token, or the device is
// one that never had any.
func (a *Access) Device(r *http.Request, device store.Device) bool {
	if device.TokenHash == "" {
		return true
	}
	token, ok := Bearer(r)
	return ok && equal(device.TokenHash, Hash(token))
}

// Sign is the signature over the parts of an address, 16 letters.
func (a *Access) Sign(parts ...string) string {
	mac := hmac.New(sha256.New, a.key)
	_, _ = io.WriteString(mac, strings.Join(parts, "\x00"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

// Signed tells whether signature is that of the parts.
func (a *Access) Signed(signature string, parts ...string) bool {
	return equal(signature, a.Sign(parts...))
}

// SignIn checks a name and password and gives the session's cookie. Wrong ones are
// problem.Unauthorized; too many tries from an address or on an account a 429.
func (a *Access) SignIn(r *http.Request, address, name, password string) (*http.Cookie, error) {
	user, err := a.db.User(name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	user.Name = name
	if err := a.Verify(address, user, password); err != nil {
		return nil, err
	}
	return a.OpenSession(r, user.Name)
}

// Verify checks a user's password under the same limits as SignIn.
func (a *Access) Verify(address string, user store.User, password string) error {
	if wait := a.logins.try(address, user.Name); wait > 0 {
		p := problem.New(http.StatusTooManyRequests, "too_many_tries", "Too many wrong passwords. Wait a few minutes and try again.")
		p.RetryAfter = int(wait.Seconds()) + 1
		return p
	}
	// An unknown name costs as much time as a wrong password.
	if !a.CheckPassword(user.Password, password) {
		return problem.New(http.StatusUnauthorized, "wrong_password", "That name and password do not belong together.")
	}
	a.logins.forget(address, user.Name)
	return nil
}

// OpenSession signs a user in and gives the cookie.
func (a *Access) OpenSession(r *http.Request, user string) (*http.Cookie, error) {
	token, now := NewToken(), a.now()
	agent := r.UserAgent()
	err := a.db.AddSession(Hash(token), store.Session{
		User: user, Created: now, Expires: now.Add(sessionLength), Agent: agent[:min(len(agent), 200)],
	})
	if err != nil {
		return nil, err
	}
	return a.cookie(token, int(sessionLength.Seconds())), nil
}

// EmptyCookie makes the browser forget its session.
func (a *Access) EmptyCookie() *http.Cookie { return a.cookie("", -1) }

func (a *Access) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: CookieName, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteLaxMode,
	}
}

const callerKey = "caller"

// Keep notes the caller of a request for the handlers behind a middleware.
func Keep(c echo.Context, caller Caller) { c.Set(callerKey, caller) }

// Of is the caller that a middleware noted.
func Of(c echo.Context) Caller {
	caller, _ := c.Get(callerKey).(Caller)
	return caller
}

// Address is the IP address a request came from, without port.
func Address(c echo.Context) string {
	host, _, err := net.SplitHostPort(c.Request().RemoteAddr)
	if err != nil {
		return c.Request().RemoteAddr
	}
	return host
}
