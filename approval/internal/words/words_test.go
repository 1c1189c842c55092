package words_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/words"
)

func TestNumbersOfPeople(t *testing.T) {
	t.Parallel()
	require.Equal(t, "one of ann, bob", words.Of(1, words.List([]string{"ann", "bob"})))
	require.Equal(t, "2 of ann, bob, eve", words.Of(2, "ann, bob, eve"))
	require.Equal(t, "1 member of finance", words.Members(1, []string{"finance"}))
	require.Equal(t, "2 members of finance or legal", words.Members(2, []string{"finance", "legal"}))
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 22 {
		names = append(names, fmt.Sprint("p", i))
	}
	require.Equal(t, "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19 and 2 more", words.List(names))
	require.Contains(t, words.Members(2, names), "p19 and 2 more")
}

func TestAnd(t *testing.T) {
	t.Parallel()
	require.Empty(t, words.And(nil))
	require.Equal(t, "ann", words.And([]string{"ann"}))
	require.Equal(t, "ann and bob", words.And([]string{"ann", "bob"}))
	require.Equal(t, "ann, bob and eve", words.And([]string{"ann", "bob", "eve"}))
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0s":                           0,
		"1 second":                     time.Second,
		"3 days":                       72 * time.Hour,
		"1 day 1 hour":                 25 * time.Hour,
		"2 hours 30 minutes 5 seconds": 2*time.Hour + 30*time.Minute + 5*time.Second,
		"1 minute 5ms":                 time.Minute + 5*time.Millisecond,
	} {
		require.Equal(t, want, words.Duration(d))
	}
}
