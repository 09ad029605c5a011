package admin

import (
	"testing"
	"time"

	"personalcms/handlers/intake"
	"personalcms/views"

	"github.com/google/go-cmp/cmp"
)

// TestHeldUploadsAreBounded by their number and by their bytes; the newest always stays.
func TestHeldUploadsAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		sizes []int
		kept  []int // indices into sizes
	}{
		{"few and small", []int{1, 2, 3}, []int{0, 1, 2}},
		{"many", []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []int{2, 3, 4, 5, 6, 7, 8, 9}},
		{"large", []int{maxHeldBytes / 2, maxHeldBytes / 2, 1}, []int{1, 2}},
		{"one that is larger than all may be", []int{1, maxHeldBytes + 1}, []int{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var held heldUploads
			held.hold("ben", intake.Upload{}, views.Uploaded{}, now.Add(-heldLength))
			questions := []views.Uploaded{}
			for _, size := range test.sizes {
				questions = append(questions, held.hold("anna", intake.Upload{Data: make([]byte, size)}, views.Uploaded{}, now))
			}
			var want []views.Uploaded
			for _, i := range test.kept {
				want = append(want, questions[i])
			}
			if diff := cmp.Diff(want, held.questions("anna", now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := held.questions("ben", now); got != nil {
				t.Errorf("too late, and asked still: %v", got)
			}
		})
	}
}
