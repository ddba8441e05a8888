import { list, records, text } from '../api/table';
import type { Params, Table } from '../api/types';

export interface User {
  name: string;
  displayName: string;
  email: string;
  role: string;
  department: string;
  teams: string[];
  /** Who this is in People, by e-mail. */
  member: string;
  memberTeam: string;
  seesAllRows: boolean;
  seesPersonalData: boolean;
  isActive: boolean;
  hasPassword: boolean;
  lastLoginAt: string;
}

export const kRoles = ['owner', 'admin', 'analyst', 'manager', 'member', 'viewer'] as const;
export type RoleName = (typeof kRoles)[number];

/** Roles that see what their teams have, so that teams must be named. */
export function needsTeams(role: string): boolean {
  return role === 'manager' || role === 'member';
}

export function readUsers(table: Table | undefined): User[] {
  return records(table).map((row) => ({
    name: text(row['name']),
    displayName: text(row['display_name']),
    email: text(row['email']),
    role: text(row['role']),
    department: text(row['department']),
    teams: list(row['teams']).map(text),
    member: text(row['member']),
    memberTeam: text(row['member_team']),
    seesAllRows: row['sees_all_rows'] === true,
    seesPersonalData: row['sees_personal_data'] === true,
    isActive: row['is_active'] === true,
    hasPassword: row['has_password'] === true,
    lastLoginAt: text(row['last_login_at']),
  }));
}

/** What a form holds. */
export interface UserDraft {
  name: string;
  displayName: string;
  email: string;
  role: string;
  department: string;
  teams: string[];
  rows: 'all' | 'teams';
  personal: 'shown' | 'masked';
}

export function draftOf(user: User | undefined, firstRole: string): UserDraft {
  return {
    name: user?.name ?? '',
    displayName: user?.displayName ?? '',
    email: user?.email ?? '',
    role: user?.role ?? firstRole,
    department: user?.department ?? '',
    teams: user?.teams ?? [],
    rows: !user || user.seesAllRows ? 'all' : 'teams',
    personal: user && !user.seesPersonalData ? 'masked' : 'shown',
  };
}

/** The parameters of user.add and user.set: rows are a choice for viewers alone, the other roles fix them. */
export function paramsOf(draft: UserDraft): Params {
  const hasTeams = needsTeams(draft.role) || (draft.role === 'viewer' && draft.rows === 'teams');
  return {
    name: draft.name.trim(),
    role: draft.role,
    display_name: draft.displayName.trim(),
    email: draft.email.trim(),
    department: draft.department.trim(),
    // A member sees one team.
    teams: !hasTeams ? [] : draft.role === 'member' ? draft.teams.slice(0, 1) : draft.teams,
    ...(draft.role === 'viewer' && { rows: draft.rows }),
    personal: draft.personal,
  };
}
