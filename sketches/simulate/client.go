package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxJSONAnswer = 4 << 20
	maxFileAnswer = 64 << 20
	problemType   = "application/problem+json"
)

// object is a JSON object.
type object = map[string]any

// call is one request of a device.
type call struct {
	endpoint string // name in the report
	method   string
	target   string // path on the server, or absolute URL
	header   map[string]string
	body     object
	want     []int // statuses that are not refusals; 200 if empty
	file     bool  // the answer is a file, not JSON
	close    bool  // one request per connection, as HTTP/1.0 does
	aside    bool  // a refusal does not make the device register again
	cut      int64 // if not 0, the connection is lost after so many bytes of the body
}

// answer is a complete response.
type answer struct {
	status  int // 0 if it was cut off
	sent    int // the status of its header, even so
	header  http.Header
	body    []byte
	length  int64 // Content-Length, -1 if none
	chunked bool
}

// errSpent means that Config.Requests is used up.
var errSpent = errors.New("no requests left")

// ask sends c and makes the checks of PROTOCOL.md §1. With false the device has to wait d.wait before it does the same
// again: the server refused (then the answer has a status) or could not be reached; that has been recorded.
func (d *device) ask(ctx context.Context, c call) (answer, bool) {
	if len(c.want) == 0 {
		c.want = []int{http.StatusOK}
	}
	a, err := d.send(ctx, c)
	switch {
	case errors.Is(err, errSpent):
		d.spent = true
		return answer{}, false
	case ctx.Err() != nil:
		return answer{}, false
	case err != nil:
		d.sim.count(func(r *Report) { r.ConnectionErrors++ })
		d.backOff(0)
		return a, false
	}
	if _, err := http.ParseTime(a.header.Get("Date")); err != nil {
		d.violate(c.endpoint, "no usable Date header")
	}
	if !slices.Contains(c.want, a.status) {
		d.refused(c, a)
		return a, false
	}
	d.failures = 0
	return a, true
}

// send makes the request and reads the whole answer; of one that was cut off it returns what came, too.
func (d *device) send(ctx context.Context, c call) (answer, error) {
	if !d.sim.take(c.endpoint) {
		return answer{}, errSpent
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	req, err := d.request(ctx, c)
	if err != nil {
		return answer{}, err
	}
	began := d.sim.Now()
	resp, err := d.sim.HTTP.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", c.endpoint, err)
	}
	defer func() { _ = resp.Body.Close() }()
	limit := int64(maxJSONAnswer)
	if c.file {
		limit = maxFileAnswer
	}
	if c.cut > 0 {
		limit = c.cut
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	a := answer{
		sent: resp.StatusCode, header: resp.Header, body: body,
		length: resp.ContentLength, chunked: len(resp.TransferEncoding) > 0,
	}
	if err != nil {
		return a, fmt.Errorf("%s: body: %w", c.endpoint, err)
	}
	a.status = a.sent
	d.sim.answered(c.endpoint, resp.StatusCode, len(body), d.sim.Now().Sub(began))
	return a, nil
}

// request builds the HTTP request; the token goes only to the device's own server.
func (d *device) request(ctx context.Context, c call) (*http.Request, error) {
	target := c.target
	if strings.HasPrefix(target, "/") {
		target = d.sim.Server + target
	}
	var body io.Reader
	if c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.endpoint, err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.endpoint, err)
	}
	req.Close = c.close
	req.Header.Set("User-Agent", "ESP32HTTPClient")
	req.Header.Set("Accept-Encoding", "identity")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	if d.Token != "" && strings.HasPrefix(target, d.sim.Server+"/") {
		req.Header.Set("Authorization", "Bearer "+d.Token)
	}
	return req, nil
}

// askJSON is ask for an answer that must be a JSON object with keys as spec says (see checkKeys).
func (d *device) askJSON(ctx context.Context, c call, spec string) (object, bool) {
	a, ok := d.ask(ctx, c)
	if !ok {
		return nil, false
	}
	o, ok := d.jsonOf(c.endpoint, a, "application/json")
	if !ok {
		d.backOff(0)
		return nil, false
	}
	d.violateEach(c.endpoint, checkKeys(o, spec))
	return o, true
}

// jsonOf decodes an answer whose media type must be mediaType.
func (d *device) jsonOf(endpoint string, a answer, mediaType string) (object, bool) {
	got, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if got != mediaType {
		d.violate(endpoint, fmt.Sprintf("status %d: Content-Type is %q, not %s", a.status, a.header.Get("Content-Type"), mediaType))
	}
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	var o object
	if err := dec.Decode(&o); err != nil || o == nil {
		d.violate(endpoint, fmt.Sprintf("status %d: the body is not a JSON object", a.status))
		return nil, false
	}
	return o, true
}

// refused does what a sketch does with a status it did not want: wait, register again, forget a dead token.
func (d *device) refused(c call, a answer) {
	wait := time.Duration(0)
	switch a.status {
	case http.StatusUnauthorized:
		if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
			d.violate(c.endpoint, "status 401 without WWW-Authenticate: Bearer")
		}
		if c.endpoint == endRegister {
			d.Token = ""
		}
	case http.StatusForbidden:
		wait = forbiddenWait
	case http.StatusNotFound:
	case http.StatusConflict:
		wait = conflictWait
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		wait = time.Duration(float64(retryAfter(a)) * d.sim.Speed)
	default:
		d.violate(c.endpoint, fmt.Sprintf("status %d", a.status))
	}
	d.checkProblem(c, a)
	d.backOff(wait)
	lost := a.status == http.StatusUnauthorized || a.status == http.StatusNotFound
	if lost && !c.aside && c.endpoint != endRegister {
		d.unregister()
	}
}

// checkProblem checks the body of a refusal; a 503 may come from something between device and server.
func (d *device) checkProblem(c call, a answer) {
	if a.status < 400 || a.status == http.StatusServiceUnavailable || c.method == http.MethodHead {
		return
	}
	o, ok := d.jsonOf(c.endpoint, a, problemType)
	if !ok {
		return
	}
	spec := "type=string title=string status=integer detail=string"
	switch {
	case a.status == http.StatusTooManyRequests:
		spec += " retry_after_seconds=number"
	case a.status == http.StatusNotFound && c.endpoint == endCheck:
		spec += " error=string"
	case a.status == http.StatusNotFound && c.endpoint == endSequence:
		spec += " success=bool message=string"
	}
	d.violateEach(c.endpoint, checkKeys(o, spec))
	if n, ok := integer(o["status"]); ok && n != a.status {
		d.violate(c.endpoint, fmt.Sprintf("problem says status %d in an answer with status %d", n, a.status))
	}
}

// retryAfter is how long a 429 or 503 asks to wait, in the server's seconds; 0 if it does not say.
func retryAfter(a answer) time.Duration {
	var problem struct {
		Seconds float64 `json:"retry_after_seconds"`
	}
	if json.Unmarshal(a.body, &problem) != nil || problem.Seconds <= 0 {
		n, _ := strconv.Atoi(a.header.Get("Retry-After"))
		problem.Seconds = float64(n)
	}
	return seconds(min(max(problem.Seconds, 0), 3600))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
