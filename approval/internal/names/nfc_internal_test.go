package names

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextThatNFCComposesIsNotNFC(t *testing.T) {
	t.Parallel()
	pairs := 0
	for mark := rune(0x300); mark < 0x11940; mark++ {
		for _, base := range composes(mark) {
			pairs++
			require.False(t, isNFC(string([]rune{base, mark})), "%U %U", base, mark)
		}
	}
	require.Greater(t, pairs, 900)
}
