package content

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Why a source gave nothing. A Failure wraps one of them.
var (
	ErrAddress      = errors.New("address cannot be asked")
	ErrOwnNetwork   = errors.New("address is on the own network")
	ErrUnreachable  = errors.New("server not reached")
	ErrStatus       = errors.New("server answered an error")
	ErrRedirects    = errors.New("too many redirects")
	ErrTooLarge     = errors.New("answer too large")
	ErrTooSlow      = errors.New("answer too slow")
	ErrFormat       = errors.New("answer in the wrong format")
	ErrPath         = errors.New("path not readable")
	ErrNothingFound = errors.New("nothing found in the answer")
	ErrSettings     = errors.New("settings of the source not complete")
)

// Failure says why a fetch gave nothing. It never holds a source's secret, nor an address with one in it.
type Failure struct {
	Reason   error     // one of the Err… values
	Sentence string    // for people
	Status   int       // of the answer, 0 when there was none
	RetryAt  time.Time // when the server said to ask again; zero = not said
}

// Error returns the sentence.
func (f *Failure) Error() string { return f.Sentence }

// Unwrap returns the reason.
func (f *Failure) Unwrap() error { return f.Reason }

func failure(reason error, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Sentence: fmt.Sprintf(format, args...)}
}

// Sentence says in a sentence for people why a source could not be read, "" when err is nil.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Sentence
	}
	if errors.Is(err, context.Canceled) {
		return "The fetch was stopped."
	}
	return "The source could not be read."
}

// RetryAt returns when the server said to ask again, zero when it did not say.
func RetryAt(err error) time.Time {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.RetryAt
	}
	return time.Time{}
}
