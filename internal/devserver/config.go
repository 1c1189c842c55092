package devserver

import (
	"cmp"
	"fmt"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

// config is the client configuration that Temporal's own tools would use.
type config struct {
	options client.Options
	source  string // the setting that gives the address; empty when none does
}

func loadConfig() (config, error) {
	file := cmp.Or(os.Getenv("TEMPORAL_CONFIG_FILE"), envconfig.DefaultConfigFilePath())
	name := cmp.Or(os.Getenv("TEMPORAL_PROFILE"), envconfig.DefaultConfigFileProfile)
	unusable := func(err error) (config, error) {
		return config{}, fmt.Errorf("devserver: the Temporal client configuration in the environment (TEMPORAL_…) "+
			"and in profile %q of %s cannot be used: %w; correct or remove it", name, file, err)
	}

	profile, err := envconfig.LoadClientConfigProfile(envconfig.LoadClientConfigProfileOptions{})
	if err != nil {
		return unusable(err)
	}
	opts, err := profile.ToClientOptions(envconfig.ToClientOptionsRequest{})
	if err != nil {
		return unusable(err)
	}
	opts.Namespace = cmp.Or(opts.Namespace, client.DefaultNamespace)

	conf := config{options: opts}
	switch {
	case opts.HostPort == "":
	case os.Getenv("TEMPORAL_ADDRESS") != "":
		conf.source = "the environment variable TEMPORAL_ADDRESS"
	default:
		conf.source = fmt.Sprintf("profile %q of %s", name, file)
	}
	return conf, nil
}
