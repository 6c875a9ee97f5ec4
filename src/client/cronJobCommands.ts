/** What kubectl does with cron jobs. Mirrors kubectl/pkg/cmd/create/create_job.go. */
import type { WriteOptions } from '../api/dryRun.ts'
import type { CronJob, Job } from '../api/types/batch.ts'
import type { Outside } from './outside.ts'
import { checkedName, type Namespaced, writeOptions } from './reader.ts'
import type { ResourceClient } from './resourceClient.ts'

export interface CronJobCommands {
  /**
   * `kubectl create job NAME --from=cronjob/…`: makes a Job of this name out of the cron job's template, now, whatever its
   * schedule, its concurrency policy and `suspend` say. Throws NotFound for a cron job that is not there, AlreadyExists,
   * and Invalid for a bad name. Returns the Job.
   */
  createJob(name: string, jobName: string, options?: Namespaced & WriteOptions): Job
}

export function createCronJobCommands(client: ResourceClient<CronJob>, outside: Outside): CronJobCommands {
  return {
    createJob(name, jobName, options) {
      const { namespace: said, dryRun } = outside.attempt(() => writeOptions('createJob', options))
      const cronJob = client.get(name, { namespace: said })
      const { namespace = '' } = cronJob.metadata
      const job = outside.attempt(() => jobOf(cronJob, checkedName(jobName)))
      const target = { resource: outside.resource('batch/v1/Job'), namespace, name: '' }
      return outside.write('create', target, job, { dryRun }) as Job
    },
  }
}

function jobOf({ apiVersion, kind, metadata, spec }: CronJob, name: string): object {
  const { labels, annotations } = spec.jobTemplate.metadata ?? {}
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: metadata.namespace,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
      ...(labels && { labels }),
      // As kubectl writes it, the deletion of the cron job does not wait for this one.
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
    },
    spec: spec.jobTemplate.spec,
  }
}
