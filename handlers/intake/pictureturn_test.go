package intake

import (
	"context"
	"testing"

	"personalcms/handlers/problem"
)

// TestOnePictureIsDecodedAtATime: who cannot wait is told when to come again, and the next one gets the turn.
func TestOnePictureIsDecodedAtATime(t *testing.T) {
	in := New(nil)
	end, err := in.PictureTurn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	impatient, stop := context.WithCancel(context.Background())
	stop()
	if _, err := in.PictureTurn(impatient); err != problem.Busy || problem.Busy.RetryAfter == 0 {
		t.Errorf("a second one beside it: %v", err)
	}
	end()
	if end, err = in.PictureTurn(context.Background()); err != nil {
		t.Fatal(err)
	}
	end()
}
