#!/bin/bash
cat > conf/kube_env.yaml << '__EOF_KUBE_ENV'
CloudProvider: aws
ClusterName: c.example.com
NodeupConfigHash: SMczeX/7OQGidd3fxELEYUe2F19f0wITC40gYy2iqZg=

__EOF_KUBE_ENV

download-release
