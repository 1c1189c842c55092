package driver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	full := make([]byte, driver.MaxResultBytes)
	large := make([]byte, driver.MaxResultBytes+1)
	for name, c := range map[string]struct {
		value interface{ Validate() error }
		want  string // "" is valid
	}{
		"claim":                {value: driver.Claim{Lease: 1, Retain: 1}},
		"claim without lease":  {value: driver.Claim{Retain: time.Second}, want: "a lease of 0s and a retention of 1s"},
		"claim without retain": {value: driver.Claim{Lease: time.Second}, want: "a lease of 1s and a retention of 0s"},
		"renewal":              {value: driver.Renewal{Progress: full}},
		"negative renewal":     {value: driver.Renewal{Lease: -1}, want: "a lease of -1ns"},
		"large renewal": {
			value: driver.Renewal{Progress: large}, want: "the progress has 2097153 bytes, 2097152 are allowed",
		},
		"done":    {value: driver.Completion{State: driver.StateCompleted, Result: full}},
		"unknown": {value: driver.Completion{State: driver.StateIndeterminate}},
		"large result": {
			value: driver.Completion{State: driver.StateCompleted, Result: large}, want: "the result has 2097153 bytes",
		},
		"no state":        {value: driver.Completion{}, want: "cannot finish in state 0"},
		"running":         {value: driver.Completion{State: driver.StateInProgress}, want: "cannot finish in state 1"},
		"free":            {value: driver.Completion{State: driver.StateReleased}, want: "cannot finish in state 6"},
		"free verdict":    {value: verdict{State: driver.StateReleased}},
		"pending verdict": {value: verdict{State: driver.StatePending}, want: "cannot be resolved to state 4"},
		"large verdict":   {value: verdict{State: driver.StateCompleted, Result: large}, want: "the result has 2097153 bytes"},
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
type verdict driver.Completion

func (v verdict) Validate() error { return driver.Completion(v).ValidateResolution() }
