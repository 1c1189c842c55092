package apperr_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// The texts are those of google.golang.org/grpc v1.83.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"to be sent":          {serviceerror.NewResourceExhausted(0, "trying to send message larger than max (5 vs. 4)"), true},
		"to be received":      {serviceerror.NewResourceExhausted(0, "grpc: received message larger than max (5 vs. 4)"), true},
		"once it is unpacked": {serviceerror.NewResourceExhausted(0, "grpc: message after decompression larger than max (5 vs. 4)"), true},
		"wrapped": {fmt.Errorf("while: %w", serviceerror.NewResourceExhausted(0, "trying to send message larger than max (5 "+
			"vs. 4)")), true},
		"a server that is busy": {serviceerror.NewResourceExhausted(0, "namespace rate limit exceeded"), false},
		"another code":          {serviceerror.NewUnavailable("message larger than max"), false},
		"no status":             {errors.New("message larger than max"), false},
		"nil":                   {nil, false},
	} {
		require.Equal(t, c.want, apperr.TooLarge(c.err), name)
	}
}

// The text is that of google.golang.org/grpc v1.83.
func TestUnsendable(t *testing.T) {
	t.Parallel()
	const text = `header key "temporal-resource-id" contains value with non-printable ASCII characters`
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"an ID that is not ASCII": {serviceerror.NewInternal(text), true},
		"wrapped":                 {fmt.Errorf("while: %w", serviceerror.NewInternal(text)), true},
		"another failure":         {serviceerror.NewInternal("stream terminated by RST_STREAM"), false},
		"another code":            {serviceerror.NewUnavailable(text), false},
		"no status":               {errors.New(text), false},
		"nil":                     {nil, false},
	} {
		require.Equal(t, c.want, apperr.Unsendable(c.err), name)
		require.Equal(t, c.want, apperr.Refused(c.err), name)
	}
}
