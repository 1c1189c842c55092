package idempotency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	full := make([]byte, idempotency.MaxResult)
	large := make([]byte, idempotency.MaxResult+1)
	for name, c := range map[string]struct {
		value interface{ Validate() error }
		want  string // "" is valid
	}{
		"claim":                {idempotency.Claim{Lease: 1, Retain: 1}, ""},
		"claim without lease":  {idempotency.Claim{Retain: time.Second}, "a lease of 0s and a retention of 1s"},
		"claim without retain": {idempotency.Claim{Lease: time.Second}, "a lease of 1s and a retention of 0s"},
		"renewal":              {idempotency.Renewal{Progress: full}, ""},
		"negative renewal":     {idempotency.Renewal{Lease: -1}, "a lease of -1ns"},
		"large renewal":        {idempotency.Renewal{Progress: large}, "the progress has 2097153 bytes, 2097152 are allowed"},
		"done":                 {idempotency.Final{State: idempotency.Done, Result: full}, ""},
		"unknown":              {idempotency.Final{State: idempotency.Unknown}, ""},
		"large result":         {idempotency.Final{State: idempotency.Done, Result: large}, "the result has 2097153 bytes"},
		"no state":             {idempotency.Final{}, "cannot finish in state 0"},
		"running":              {idempotency.Final{State: idempotency.Running}, "cannot finish in state 1"},
		"free":                 {idempotency.Final{State: idempotency.Free}, "cannot finish in state 6"},
		"free verdict":         {verdict{State: idempotency.Free}, ""},
		"pending verdict":      {verdict{State: idempotency.Pending}, "cannot be resolved to state 4"},
		"large verdict":        {verdict{State: idempotency.Done, Result: large}, "the result has 2097153 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.value.Validate()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// verdict is a Final that Resolve is to write.
type verdict idempotency.Final

func (v verdict) Validate() error { return idempotency.Final(v).ValidateVerdict() }
