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
		"claim":                {driver.Claim{Lease: 1, Retain: 1}, ""},
		"claim without lease":  {driver.Claim{Retain: time.Second}, "a lease of 0s and a retention of 1s"},
		"claim without retain": {driver.Claim{Lease: time.Second}, "a lease of 1s and a retention of 0s"},
		"renewal":              {driver.Renewal{Progress: full}, ""},
		"negative renewal":     {driver.Renewal{Lease: -1}, "a lease of -1ns"},
		"large renewal":        {driver.Renewal{Progress: large}, "the progress has 2097153 bytes, 2097152 are allowed"},
		"done":                 {driver.Completion{State: driver.StateCompleted, Result: full}, ""},
		"unknown":              {driver.Completion{State: driver.StateIndeterminate}, ""},
		"large result":         {driver.Completion{State: driver.StateCompleted, Result: large}, "the result has 2097153 bytes"},
		"no state":             {driver.Completion{}, "cannot finish in state 0"},
		"running":              {driver.Completion{State: driver.StateInProgress}, "cannot finish in state 1"},
		"free":                 {driver.Completion{State: driver.StateReleased}, "cannot finish in state 6"},
		"free verdict":         {verdict{State: driver.StateReleased}, ""},
		"pending verdict":      {verdict{State: driver.StatePending}, "cannot be resolved to state 4"},
		"large verdict":        {verdict{State: driver.StateCompleted, Result: large}, "the result has 2097153 bytes"},
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
