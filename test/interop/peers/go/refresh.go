package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"

	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"
)

type refreshRequest struct {
	header
	Bootstrap   []byte  `json:"bootstrap"`
	MetadataURL string  `json:"metadataUrl"`
	TargetsURL  string  `json:"targetsUrl"`
	Target      *string `json:"target"`
}

func (request refreshRequest) check() error {
	return errors.Join(
		checkBytes(request.Bootstrap), checkLoopback(request.MetadataURL), checkLoopback(request.TargetsURL))
}

var loopbackURL = regexp.MustCompile(`^http://127\.0\.0\.1:\d+/\S*$`)

// checkLoopback refuses the address of anything but a server on this machine.
func checkLoopback(url string) error {
	if !loopbackURL.MatchString(url) {
		return fmt.Errorf("%q is no http address of 127.0.0.1", url)
	}
	return nil
}

type refreshAnswer struct {
	step
	RootVersion int64 `json:"rootVersion,omitempty"`
}

// refresh runs go-tuf's complete client once, in a folder of its own.
func refresh(request refreshRequest) any {
	var rootVersion int64
	err := attempt(func() (err error) {
		rootVersion, err = update(request)
		return err
	})
	return refreshAnswer{stepOf(err), rootVersion}
}

// update refreshes the metadata, downloads the target if one is asked for, and returns the version of the root that is
// trusted in the end.
func update(request refreshRequest) (rootVersion int64, err error) {
	folder, err := os.MkdirTemp("", "go-tuf-peer-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	defer http.DefaultClient.CloseIdleConnections()

	settings, err := config.New(request.MetadataURL, request.Bootstrap)
	if err != nil {
		return 0, err
	}
	settings.RemoteTargetsURL = request.TargetsURL
	settings.LocalMetadataDir = filepath.Join(folder, "metadata")
	settings.LocalTargetsDir = filepath.Join(folder, "targets")

	client, err := updater.New(settings)
	if err != nil {
		return 0, err
	}
	if err := client.Refresh(); err != nil {
		return 0, err
	}
	if request.Target != nil {
		target, err := client.GetTargetInfo(*request.Target)
		if err != nil {
			return 0, err
		}
		if _, _, err := client.DownloadTarget(target, "", ""); err != nil {
			return 0, err
		}
	}
	return client.GetTrustedMetadataSet().Root.Signed.Version, nil
}
