package duration_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
)

func TestTextIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for text, d := range map[string]time.Duration{
		`"72h0m0s"`: 72 * time.Hour,
		`"1.5s"`:    1500 * time.Millisecond,
		`"-1m0s"`:   -time.Minute,
		`"0s"`:      0,
		`"none"`:    duration.Endless,
	} {
		written, err := json.Marshal(duration.Text(d))
		require.NoError(t, err)
		require.JSONEq(t, text, string(written))
		var read duration.Text
		require.NoError(t, json.Unmarshal(written, &read))
		require.Equal(t, d, time.Duration(read))
	}
}

func TestTextReadsNanosecondsAndNull(t *testing.T) {
	t.Parallel()
	read := duration.Text(time.Hour)
	require.NoError(t, json.Unmarshal([]byte(`null`), &read))
	require.Equal(t, time.Hour, time.Duration(read), "null leaves the value")
	require.NoError(t, json.Unmarshal([]byte(`1500`), &read))
	require.Equal(t, 1500*time.Nanosecond, time.Duration(read))
}

func TestTextRefusesWhatIsNoDuration(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"3 days"`, `""`, `true`, `{}`, `1.5`} {
		var read duration.Text
		require.ErrorContains(t, json.Unmarshal([]byte(text), &read), `is not a duration; write one like "72h", or "none"`, text)
	}
}

func TestListsKeepNil(t *testing.T) {
	t.Parallel()
	require.Nil(t, duration.Texts(nil))
	require.Nil(t, duration.Durations(nil))
	all := []time.Duration{time.Hour, duration.Endless}
	require.Equal(t, all, duration.Durations(duration.Texts(all)))
}
