import { odata, TableClient, type TableEntityResult } from '@azure/data-tables';
import { failed } from '../../core/errors.ts';
import type { Row, Rows, SpoiltRow } from '../../ports.ts';
import type { Azure } from '../wire/connection.ts';
import { oneAttempt } from '../wire/one-attempt.ts';
import { sensibleAnswer } from '../wire/sensible-answer.ts';
import { type StorageSettings, storageAccess, storageOptions } from './account.ts';
import { askingStorage, codeOf, isMissing } from './rest-errors.ts';
import { readableRow, rowOf } from './row.ts';

const tableName = 'vpnradius';
const absent = ['TableNotFound', 'ResourceNotFound', 'EntityNotFound'] as const;
/** A property holds at most 64 KiB of UTF-16, an entity at most 1 MiB. */
const longestPart = 30_000;
const mostParts = 15;
/** The most rows that one answer of the service holds. */
const largestPage = 1000;

type Entity = Record<string, unknown>;

/**
 * Rows in a table of the app's storage account. The table is created with the first write. It signs in as the
 * Functions host does: by the connection string, or without one by the app's identity (role "Storage Table
 * Data Contributor").
 */
export function rowsInTable(azure: Azure, settings: StorageSettings): Rows {
  let connected: TableClient | undefined;
  const table = () => {
    connected ??= tableOf(azure, settings);
    return connected;
  };
  /** Undefined when the service answered one of `codes`. */
  const unless = <T>(codes: readonly string[], partition: string, key: string, call: () => Promise<T>) =>
    askingStorage(`${tableName}/${partition}/${key}`, async () => {
      try {
        return await call();
      } catch (error) {
        if (codes.includes(codeOf(error) ?? '')) return undefined;
        throw error;
      }
    });
  async function made<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isMissing(error, 'TableNotFound')) throw error;
      await table().createTable();
      return await write();
    }
  }

  return {
    read: <T>(partition: string, key: string) =>
      unless(absent, partition, key, async () =>
        readableRow(rowOfEntity<T>(partition, await table().getEntity<Entity>(partition, key))),
      ),

    insert: async (partition, key, value) =>
      (await unless(['EntityAlreadyExists'], partition, key, () =>
        made(() => table().createEntity(entityOf(partition, key, value))),
      )) !== undefined,

    async put(partition, key, value) {
      await unless([], partition, key, () =>
        made(() => table().upsertEntity(entityOf(partition, key, value), 'Replace')),
      );
    },

    replace: async (partition, { key, version }, value) =>
      (await unless([...absent, 'UpdateConditionNotSatisfied'], partition, key, () =>
        table().updateEntity(entityOf(partition, key, value), 'Replace', { etag: version }),
      )) !== undefined,

    remove: async (partition, key, version) =>
      (await unless(['UpdateConditionNotSatisfied'], partition, key, async () => {
        try {
          await table().deleteEntity(partition, key, version === undefined ? {} : { etag: version });
        } catch (error) {
          if (!isMissing(error, ...absent)) throw error;
        }
        return true;
      })) !== undefined,

    page: <T>(partition: string, { after, before, limit }: Parameters<Rows['page']>[1]) =>
      askingStorage(`${tableName}/${partition}`, async () => {
        const filter = [
          odata`PartitionKey eq ${partition}`,
          ...(after === undefined ? [] : [odata`RowKey gt ${after}`]),
          ...(before === undefined ? [] : [odata`RowKey lt ${before}`]),
        ].join(' and ');
        const pages = table()
          .listEntities<Entity>({ queryOptions: { filter } })
          .byPage({ maxPageSize: Math.min(limit, largestPage) });
        const rows: (Row<T> | SpoiltRow)[] = [];
        try {
          for await (const page of pages) {
            rows.push(...page.map((entity) => rowOfEntity<T>(partition, entity)));
            // The service may answer with fewer rows than were asked for, and a token to continue.
            if (rows.length >= limit) break;
          }
        } catch (error) {
          if (!isMissing(error, ...absent)) throw error;
        }
        return rows.slice(0, limit);
      }),
  };
}

function tableOf(azure: Azure, settings: StorageSettings): TableClient {
  const access = storageAccess(settings, 'table');
  const options = {
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [sensibleAnswer, oneAttempt].map((policy) => ({
      policy,
      position: 'perCall' as const,
    })),
    ...storageOptions(azure),
  };
  if ('url' in access) return new TableClient(access.url, tableName, azure.credential, options);
  // An emulator speaks HTTP. When the connection string says HTTP, this is intended.
  const allowInsecureConnection = /UseDevelopmentStorage=true|Protocol=http(?:;|$)|Endpoint=http:/i.test(
    access.connection,
  );
  return TableClient.fromConnectionString(access.connection, tableName, {
    ...options,
    allowInsecureConnection,
  });
}

function entityOf(partitionKey: string, rowKey: string, value: unknown) {
  const text = asciiOf(JSON.stringify(value));
  const parts = Math.max(1, Math.ceil(text.length / longestPart));
  if (parts > mostParts) {
    throw failed(
      'RowTooLarge',
      `A row can hold at most ${longestPart * mostParts} characters.`,
      partitionKey,
    );
  }
  const entity: Entity & { partitionKey: string; rowKey: string } = { partitionKey, rowKey };
  for (let part = 0; part < parts; part++)
    entity[`json${part}`] = text.slice(part * longestPart, (part + 1) * longestPart);
  return entity;
}

/**
 * JSON with only single-byte characters: the emulator reads a multi-byte character that its connection cut in
 * two as two other characters.
 */
const asciiOf = (json: string) =>
  json.replaceAll(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function rowOfEntity<T>(partition: string, entity: TableEntityResult<Entity>): Row<T> | SpoiltRow {
  let text = '';
  for (let part = 0; typeof entity[`json${part}`] === 'string'; part++) text += entity[`json${part}`];
  return rowOf(partition, entity.rowKey!, text, entity.etag);
}
