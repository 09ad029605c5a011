// Package problem is the one table of what can go wrong with a request: sentinel, HTTP status,
// machine word and the sentence that outsiders read (RFC 9457).
package problem

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"personalcms/ota"
	"personalcms/store"
)

// Problem is an answer that is not a success. Handlers return it as their error; the error handler
// of the router writes it as problem+json or as a page.
type Problem struct {
	Status     int            // HTTP status
	Word       string         // machine word, the last part of `type`
	Detail     string         // a sentence that says what to do
	RetryAfter int            // seconds, with 429 and 503
	Key        string         // the JSON key that was wrong, if one was
	V1         string         // what firmware 2.4.x reads as message; "" = Detail
	More       map[string]any // further members, such as the v1 error keys
}

func (p *Problem) Error() string { return p.Word + ": " + p.Detail }

// New makes a problem of a status, a machine word and a sentence.
func New(status int, word, detail string) *Problem {
	return &Problem{Status: status, Word: word, Detail: detail}
}

// With adds members beside the standard ones, for v1 clients that read their own.
func (p *Problem) With(members map[string]any) *Problem {
	q := *p
	q.More = members
	return &q
}

// ForDevice adds the keys that firmware 2.4.x reads to an answer for a device.
func (p *Problem) ForDevice() *Problem {
	message := p.V1
	if message == "" {
		message = p.Detail
	}
	members := map[string]any{"success": false, "message": message, "error": message}
	maps.Copy(members, p.More)
	return p.With(members)
}

// Type is the URI reference of RFC 9457's `type`.
func (p *Problem) Type() string { return "/problems/" + p.Word }

// JSON is the answer's body.
func (p *Problem) JSON() map[string]any {
	body := map[string]any{
		"type": p.Type(), "title": http.StatusText(p.Status), "status": p.Status, "detail": p.Detail,
	}
	if p.RetryAfter > 0 {
		body["retry_after_seconds"] = p.RetryAfter
	}
	if p.Key != "" {
		body["key"] = p.Key
	}
	for key, value := range p.More {
		body[key] = value
	}
	return body
}

// Write sends the problem as problem+json.
func (p *Problem) Write(w http.ResponseWriter) error {
	raw, err := json.Marshal(p.JSON())
	if err != nil {
		return err
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(p.Status)
	_, err = w.Write(raw)
	return err
}

// ContentType is that of RFC 9457.
const ContentType = "application/problem+json"

// Answers that several endpoints give.
var (
	NotFound         = New(http.StatusNotFound, "not_found", "There is nothing at this address.")
	MethodNotAllowed = New(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not answer that method.")
	Unauthorized     = New(http.StatusUnauthorized, "sign_in", "Sign in, or send an API key as Authorization: Bearer pcms_….")
	Forbidden        = New(http.StatusForbidden, "forbidden", "Your account may look at this but not change it.")
	CrossOrigin      = New(http.StatusForbidden, "cross_origin", "This request came from another site and was not carried out.")
	TooLarge         = New(http.StatusRequestEntityTooLarge, "too_large", "The request is larger than this address takes.")
	Internal         = New(http.StatusInternalServerError, "internal", "Something went wrong here. The log says what; try again in a moment.")
	UnknownFirmware  = New(http.StatusNotFound, "unknown_firmware", "There is no firmware with this key.")
	UnknownPicture   = New(http.StatusNotFound, "unknown_picture", "There is no picture with this id.")
	UnknownDevice    = &Problem{
		Status: http.StatusNotFound, Word: "unknown_device", V1: "Device not found",
		Detail: "No device of this id is known here. It has to register first.",
	}
	PendingFull = &Problem{
		Status: http.StatusTooManyRequests, Word: "too_many_pending", RetryAfter: 300,
		Detail: "Too many devices wait for approval. Approve or delete some, then this one can register.",
	}
	Busy = &Problem{
		Status: http.StatusServiceUnavailable, Word: "busy", RetryAfter: 5,
		Detail: "The server is busy with other pictures or firmware. Try again in a few seconds.",
	}
)

// Of turns any error into the problem that outsiders are told. What has no row here is Internal.
func Of(err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	var inUse *store.InUseError
	if errors.As(err, &inUse) {
		return New(http.StatusConflict, "in_use", "This is still "+inUse.Error()+". Assign something else there first, or cancel the rollout.")
	}
	var same *store.DuplicateImageError
	if errors.As(err, &same) {
		return New(http.StatusUnprocessableEntity, "identical", "These very bytes are here already, as "+same.Key+".")
	}
	var signing *ota.SigningError
	if errors.As(err, &signing) {
		return New(http.StatusUnprocessableEntity, signing.Word, signing.Sentence)
	}
	for _, row := range []struct {
		sentinel error
		problem  *Problem
	}{
		{store.ErrNotFound, NotFound},
		{store.ErrPendingFull, PendingFull},
		{store.ErrExists, New(http.StatusConflict, "exists", "There is one of that name already. Choose another name.")},
		{store.ErrUnsigned, New(http.StatusUnprocessableEntity, "unsigned",
			"It is not signed, and only signed firmware is allowed for its type. Sign it with “personalcms firmware sign” and send the signature along, or give the server a key.")},
		{store.ErrManyRollouts, New(http.StatusConflict, "too_many_rollouts", "No more rollouts can be kept. Delete some that are cancelled or rolled back.")},
		{store.ErrManyKeys, New(http.StatusConflict, "too_many_keys", "No more keys can be trusted. Remove one first.")},
		{store.ErrInUse, New(http.StatusConflict, "in_use", "This is still in use.")},
	} {
		if errors.Is(err, row.sentinel) {
			return row.problem
		}
	}
	return Internal
}
