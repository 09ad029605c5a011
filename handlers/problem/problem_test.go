package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func TestOf(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		status int
		word   string
	}{
		{"a problem", Forbidden, 403, "forbidden"},
		{"a wrapped problem", fmt.Errorf("saving: %w", UnknownDevice), 404, "unknown_device"},
		{"not found", store.ErrNotFound, 404, "not_found"},
		{"wrapped not found", fmt.Errorf("picture %q: %w", "x", store.ErrNotFound), 404, "not_found"},
		{"exists", store.ErrExists, 409, "exists"},
		{"in use", store.ErrInUse, 409, "in_use"},
		{"in use by", &store.InUseError{By: []string{"Kitchen"}}, 409, "in_use"},
		{"the same image", &store.DuplicateImageError{Key: "T_1.0"}, 422, "identical"},
		{"too many rollouts", store.ErrManyRollouts, 409, "too_many_rollouts"},
		{"too many pending", store.ErrPendingFull, 429, "too_many_pending"},
		{"of the system", &os.PathError{Op: "open", Path: "/secret/personalcms.db", Err: os.ErrPermission}, 500, "internal"},
		{"anything", errors.New("goroutine 7 panicked"), 500, "internal"},
		{"unchanged is no answer", store.ErrUnchanged, 500, "internal"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Of(test.err)
			if p.Status != test.status || p.Word != test.word {
				t.Errorf("%d %s, want %d %s", p.Status, p.Word, test.status, test.word)
			}
			if strings.Contains(p.Detail, "/secret") || strings.Contains(p.Detail, "goroutine") || p.Detail == "" {
				t.Errorf("outsiders read %q", p.Detail)
			}
		})
	}
}

func TestOfNamesWhoUses(t *testing.T) {
	if got := Of(&store.InUseError{By: []string{"all T devices", "Kitchen"}}).Detail; !strings.Contains(got, "all T devices, Kitchen") {
		t.Error(got)
	}
	if got := Of(&store.DuplicateImageError{Key: "T_1.0"}).Detail; !strings.Contains(got, "T_1.0") {
		t.Error(got)
	}
}

func TestWrite(t *testing.T) {
	full := New(429, "too_many", "Wait.")
	full.RetryAfter, full.Key = 12, "name"
	for _, test := range []struct {
		name    string
		problem *Problem
		want    map[string]any
		retry   string
	}{
		{"plain", NotFound, map[string]any{
			"type": "/problems/not_found", "title": "Not Found", "status": 404.0, "detail": "There is nothing at this address.",
		}, ""},
		{"with all", full.With(map[string]any{"slots": []int{1}}), map[string]any{
			"type": "/problems/too_many", "title": "Too Many Requests", "status": 429.0, "detail": "Wait.",
			"retry_after_seconds": 12.0, "key": "name", "slots": []any{1.0},
		}, "12"},
		{"for a device", UnknownDevice.ForDevice(), map[string]any{
			"type": "/problems/unknown_device", "title": "Not Found", "status": 404.0, "detail": UnknownDevice.Detail,
			"success": false, "message": "Device not found", "error": "Device not found",
		}, ""},
		{"for a device, without own words", NotFound.ForDevice(), map[string]any{
			"type": "/problems/not_found", "title": "Not Found", "status": 404.0, "detail": NotFound.Detail,
			"success": false, "message": NotFound.Detail, "error": NotFound.Detail,
		}, ""},
		{"members are kept for a device", NotFound.With(map[string]any{"stored": "x"}).ForDevice(), map[string]any{
			"type": "/problems/not_found", "title": "Not Found", "status": 404.0, "detail": NotFound.Detail,
			"success": false, "message": NotFound.Detail, "error": NotFound.Detail, "stored": "x",
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			if err := test.problem.Write(w); err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			head := []string{fmt.Sprint(w.Code), w.Header().Get("Content-Type"), w.Header().Get("Retry-After")}
			want := []string{fmt.Sprint(test.problem.Status), "application/problem+json", test.retry}
			if diff := cmp.Diff(want, head); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithLeavesTheOriginalAlone: the sentinels are shared by all requests.
func TestWithLeavesTheOriginalAlone(t *testing.T) {
	before := *NotFound
	_ = NotFound.With(map[string]any{"a": 1}).ForDevice().With(map[string]any{"b": 2})
	if !reflect.DeepEqual(before, *NotFound) {
		t.Errorf("%+v", NotFound)
	}
}

func TestSentencesAreSentences(t *testing.T) {
	for _, p := range []*Problem{
		NotFound, MethodNotAllowed, Unauthorized, Forbidden, CrossOrigin, TooLarge, Internal, UnknownFirmware, UnknownPicture,
		UnknownDevice, PendingFull, Busy,
	} {
		t.Run(p.Word, func(t *testing.T) {
			if !unicode.IsUpper([]rune(p.Detail)[0]) || !strings.HasSuffix(p.Detail, ".") {
				t.Errorf("%q", p.Detail)
			}
		})
	}
}
